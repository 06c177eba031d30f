/** Which view is open: the part after # in the address, so that every view can be linked. */

export interface Route { view: string; ref: string; query: URLSearchParams }

function read(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [view = "", ...rest] = path.split("/");
  return {
    view: view || "floor",
    ref: rest.map(decodeURIComponent).join("/"),
    query: new URLSearchParams(query),
  };
}

let now = $state.raw(read());
addEventListener("hashchange", () => {
  now = read();
});

export const route = {
  get now(): Route {
    return now;
  },
};

/** The address of a view, of one thing in it. */
export function to(view: string, ref = "", query: Record<string, string> = {}): string {
  const path = ref ? `/${ref.split("/").map(encodeURIComponent).join("/")}` : "";
  const asked = new URLSearchParams(query).toString();
  return `#/${view}${path}${asked ? `?${asked}` : ""}`;
}

const VIEWS: Record<string, string> = {
  order: "orders",
  sku: "stock/sku",
  place: "stock/place",
  container: "stock/container",
  worker: "people",
};
/** The address at which a found thing is shown. */
export const toThing = (kind: string, ref: string): string => to(VIEWS[kind] ?? "floor", ref);
