/** How the console writes times, amounts and codes. */

const DAY_MS = 86_400_000;

/** A code as words: `lane_full` becomes "lane full". */
export const plain = (code: string): string => code.replaceAll("_", " ").replaceAll("-", " ").trim();

export const sentence = (code: string): string => {
  const words = plain(code);
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const count = (n: number): string => n.toLocaleString("en-GB");

export const many = (n: number, one: string, more = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : more}`;

const two = (n: number): string => String(n).padStart(2, "0");

/** Local time of the site as hours and minutes, with seconds when asked. */
export function clock(ms: number, offset_ms: number, seconds = false): string {
  const at = new Date(ms + offset_ms);
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return seconds ? `${time}:${two(at.getUTCSeconds())}` : time;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function date(ms: number, offset_ms: number): string {
  const at = new Date(ms + offset_ms);
  return `${DAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
}

/** A time of today by the clock alone, another day with its date. */
export function when(ms: number, now_ms: number, offset_ms: number): string {
  if (!ms) return "";
  const day = (at: number): number => Math.floor((at + offset_ms) / DAY_MS);
  const time = clock(ms, offset_ms);
  return day(ms) === day(now_ms) ? time : `${date(ms, offset_ms)} ${time}`;
}

/** A span of time in its two largest units. */
export function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 48) return min % 60 ? `${h} h ${min % 60} min` : `${h} h`;
  return `${Math.floor(h / 24)} days`;
}

export const mass = (g: number): string => (g < 1000 ? `${g} g` : `${(g / 1000).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} kg`);
export const metres = (mm: number): string => `${count(Math.round(mm / 1000))} m`;

const DOING: Record<string, string> = {
  home: "free",
  picking: "picking",
  packing: "packing",
  loading: "loading",
  receiving: "receiving",
  replenish: "replenishing",
  putaway: "putting away",
  returning: "taking returns",
  resort: "resorting",
  store: "serving the store",
};
export const doing = (workflow: string): string => DOING[workflow] ?? plain(workflow);

const OFFERS: [string, string][] = [
  ["buy", "labels"],
  ["add", "several parcels as one shipment"],
  ["void", "giving labels back"],
  ["manifest", "manifests"],
  ["pickup", "pickups on call"],
  ["track", "tracking when asked"],
  ["tell", "tracking by itself"],
  ["rate", "prices at once"],
  ["validate", "checking addresses"],
];
/** What a carrier's way offers, in the words of the office; what only the machine asks is left out. */
export const offering = (offers: string[]): string =>
  OFFERS.filter(([name]) => offers.includes(name)).map(([, words]) => words).join(", ");

const CURES: Record<string, string> = {
  jam: "Clear the belt, then reset it at its panel.",
  paper_out: "Put in a new roll; the printer goes on by itself.",
  media_out: "Put in a new roll; the printer goes on by itself.",
  ribbon_out: "Put in a new ribbon.",
  head_open: "Close the print head.",
  offline: "Check power and network of the device.",
  silent: "It is connected and says nothing: look at the device, and start it again.",
  not_armed: "Look at the section, then arm it at its own panel and ask again.",
  no_answer: "Look at the device: what it did last is not known. Repeat only what did not happen.",
  bad_frame: "Check cable and settings of the device.",
  partner_silent: "Call the partner, or take its orders back on the page Nodes: they ship from elsewhere.",
  lane_full: "Load the lane, or take parcels out of it.",
  overload: "Take the load off the scale; weigh heavy parcels by hand.",
  underload: "Set the pan on the scale and press zero.",
  motion: "Wait until the scale is still.",
  given_up: "Nothing answered in time. Check the device, then ask for it again below.",
  no_service: "No shipping service takes this parcel: change carton or split it.",
  misdiverted: "Carry the parcel to its own lane.",
  down: "It is tried again by itself; parcels go with other carriers meanwhile. If it lasts, check the network and the carrier's credentials.",
  no_label: "Read why the carrier sold none: correct the address, the rate card, or its table in the carriers file.",
  pickup_missing: "Nobody has confirmed this pickup: call the carrier by the time named, then write its number on the page Departures.",
  no_pieces: "The carrier takes no parcel as a piece of several: single labels are bought. Set pieces_max of the service to 0, or correct calls.add in the carriers file.",
  shipment_short: "The carrier was told of more pieces than go: label those that are missing anew, void the whole shipment on the order's page, or tell the carrier.",
  customs_papers_missing: "Nobody has made the customs papers of these parcels: make them on the order's page and put them on.",
  carrier_label_missing: "No vehicle takes it: have it labelled anew on the page Carriers.",
  not_voided: "The carrier did not take the label back: call it, or it will be billed.",
  void_by_hand: "This carrier takes no labels back by itself: void this one on its own pages.",
  second_label: "The carrier sold two labels for one parcel; the second is being given back.",
  few_numbers: "Ask the carrier for a new range of numbers, and write it into the carriers file.",
  unknown_status: "Add this word to statuses in the carriers file.",
  second_pickup: "The carrier may come twice: call it, and call one of the two pickups off.",
  danger_not_known: "Import class and name of these goods anew, then have the parcel labelled anew on the page Carriers.",
  declaration_needed: "Put the parcel aside: a lead makes the document dangerous goods on the order's page, then Label anew.",
  customs_data_missing: "Import the items with what the alarm names (tariff code, origin, words for customs), give the order its prices, the site its eur_ppm (PATCH /api/site), then Label anew on the page Carriers.",
  wrong_module: "Press the module that is lit; what was pressed counted for nothing.",
  cartons_low: "Bring cartons of this kind to the bench, or count those that are there.",
  failed: "It is tried again by itself. If it lasts, give the detail to who looks after the machine.",
  bounced: "The message reached nobody: read why, then tell the customer another way or correct the address.",
  van_down: "Bring the replacement named to the van, or hand its tour to another.",
  overtime: "The driver comes back too late: call, or give stops to another van.",
  left_out: "No tour takes them: add a van or a driver, widen a window, or send them with a carrier.",
  manifest_refused: "Announce the departure to the carrier by hand, and tell it why.",
};
/** What a person can do about a fault. */
export const cure = (fault: string): string =>
  CURES[fault] ?? "Look at the device; the alarm ends with its next sign of life.";
