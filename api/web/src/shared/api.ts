/** Problem details (RFC 9457) as the controller answers them. */
export interface Problem {
  status: number;
  title: string;
  detail: string;
  code: string;
  fields: Record<string, string | number>;
}

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Opens a session; a one-time PIN is refused as `pin_must_change` until `newPin` comes with it. */
export const signIn = (badge: string, pin: string, newPin: string, floor: boolean, signal?: AbortSignal) =>
  call<unknown>("/api/sign-in", { badge, pin, new_pin: newPin, floor }, signal);

/** One JSON request; throws `Refused` for an answer that says no, `TypeError` when none came. */
export async function call<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
    credentials: "same-origin",
    signal: signal ?? null,
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const said = (await response.json().catch(() => ({}))) as Partial<Problem>;
  throw new Refused({
    status: response.status,
    title: said.title ?? response.statusText,
    detail: said.detail ?? said.title ?? response.statusText,
    code: said.code ?? "unknown",
    fields: said.fields ?? {},
  });
}
