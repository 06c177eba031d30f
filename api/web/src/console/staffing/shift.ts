/** What staffing answers, who is told to be there, and the plan as a table. */
import { clock } from "../words";

export interface Person { name: string; skills: string[]; starts: number; ends: number; breaks: number[] }
export interface Job { name: string; unit_ms: number; arrives: number[]; due: number[]; feeds: string }
export interface Crew { job: string; people: number[]; done: number[]; late: number[]; why: string }
export interface Stint { person: string; job: string; starts: number; ends: number }
export interface Gap { job: string; starts: number; ends: number; units: number; why: string }
export interface Standard { job: string; unit_ms: number; usual_ms: number; learned_from: number }
export interface Staffing {
  starts_ms: number;
  slot_ms: number;
  plan: { stints: Stint[]; crews: Crew[]; late: number; late_bound: number; worked: number; worked_bound: number; changes: number; proven: boolean };
  jobs: Job[];
  people: Person[];
  forecast: number[];
  gaps: Gap[];
  standards: Standard[];
}

/** Somebody of the roster; times are local like 08:00, "" is the shift's begin or end. */
export interface Member { name: string; jobs: string[]; here: boolean; from: string; to: string; pause: string }

const DAY_MS = 86_400_000;
const SLOT_MS = 900_000;
const KEPT = "pickwright-roster";

/** The moment of a local time at or after another one; 0 for "". */
export function momentOf(time: string, after_ms: number, offset_ms: number): number {
  const [hours, minutes] = time.split(":").map(Number);
  if (hours === undefined || minutes === undefined || Number.isNaN(minutes)) return 0;
  const local = after_ms + offset_ms;
  const at = local - (local % DAY_MS) + (hours * 60 + minutes) * 60_000;
  return (at < local ? at + DAY_MS : at) - offset_ms;
}

/** The next quarter hour: plans begin with one. */
export const nextSlot = (now_ms: number): number => Math.ceil(now_ms / SLOT_MS) * SLOT_MS;

/** A time at which somebody began before the shift does is its begin. */
export function present(member: Member, starts_ms: number, ends_ms: number, offset_ms: number): Record<string, unknown> {
  const from = momentOf(member.from, starts_ms, offset_ms);
  const to = momentOf(member.to, starts_ms, offset_ms);
  const pause = momentOf(member.pause, starts_ms, offset_ms);
  return {
    name: member.name,
    jobs: member.jobs,
    starts_ms: from < ends_ms ? from : 0,
    ends_ms: to,
    breaks_ms: pause ? [pause] : [],
  };
}

export const kept = (): Member[] => {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]") as Member[];
  } catch {
    return [];
  }
};
export const keep = (members: Member[]): void => localStorage.setItem(KEPT, JSON.stringify(members));

/** All units that have come by the end of each slot: of themselves, and from the job before. */
export function cameBy(jobs: Job[], crews: Crew[], job: Job): number[] {
  const before = jobs.find((each) => each.feeds === job.name);
  const fed = crews.find((crew) => crew.job === before?.name)?.done ?? [];
  let sum = 0;
  return job.arrives.map((n, slot) => (sum += n + (slot ? (fed[slot - 1] ?? 0) : 0)));
}

export function sumsOf(each: number[]): number[] {
  let sum = 0;
  return each.map((n) => (sum += n));
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

/** People by quarter hours as CSV, with the people of each job below. */
export function asCsv(found: Staffing, offset_ms: number): string {
  const slots = found.forecast.map((_, slot) => slot);
  const row = (name: string, cells: (string | number)[]): string => [name, ...cells.map(String)].map(quoted).join(",");
  const doing = (name: string): string[] => {
    const own = found.plan.stints.filter((stint) => stint.person === name);
    return slots.map((slot) => own.find((stint) => stint.starts <= slot && slot < stint.ends)?.job ?? "");
  };
  return [
    row("person", slots.map((slot) => clock(found.starts_ms + slot * found.slot_ms, offset_ms))),
    ...found.people.map((each) => row(each.name, doing(each.name))),
    ...found.plan.crews.map((crew) => row(`people ${crew.job}`, crew.people)),
    ...found.plan.crews.map((crew) => row(`late ${crew.job}`, crew.late)),
    row("lines still to be ordered", found.forecast),
  ].join("\r\n");
}
