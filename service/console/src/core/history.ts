/** What the history is asked: the address, the station's query and a fresh result are held to one filter. */
import type { Result } from "./contract";
import { culprit } from "./reason";

export const SHOWN = ["NOT_PASSED", "ALL", "PASS"] as const;
export const TIMES = ["today", "day", "week", "month", "all"] as const;
export const FIELDS = [
  "job",
  "version",
  "tool",
  "reject_class",
  "sort_class",
  "verdict",
  "image",
  "part_id",
  "order",
  "lot",
  "shift",
  "any_id",
  "since",
  "until",
] as const; // as the station names them

export type Shown = (typeof SHOWN)[number];
export type Times = (typeof TIMES)[number];
export type Field = (typeof FIELDS)[number];

export interface Filter {
  shown: Shown;
  time: Times;
  fields: Readonly<Partial<Record<Field, string>>>;
}

const HOUR_MS = 3_600_000;
const BACK_MS = { day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS, month: 30 * 24 * HOUR_MS } as const;

/** Of an address; what is unknown there is left out. */
export function filterOf(query: URLSearchParams): Filter {
  const fields = FIELDS.flatMap((name) => {
    const value = query.get(name)?.trim();
    return value ? [[name, value] as const] : [];
  });
  return {
    shown: SHOWN.find((one) => one === query.get("judgement")) ?? "NOT_PASSED",
    time: TIMES.find((one) => one === query.get("time")) ?? "today",
    fields: Object.fromEntries(fields),
  };
}

/** The station's query. What a figure must not be narrowed by is left out. */
export function queryOf(
  filter: Filter,
  nowMs: number,
  zone: string | undefined,
  without: readonly (Field | "judgement")[] = [],
): URLSearchParams {
  const query = new URLSearchParams();
  if (filter.shown !== "ALL" && !without.includes("judgement"))
    query.set("judgement", filter.shown);
  for (const name of FIELDS) {
    const value = filter.fields[name];
    if (value !== undefined && !without.includes(name)) query.set(name, value);
  }
  const since = sinceMs(filter.time, nowMs, zone);
  if (since !== null && !query.has("since")) query.set("since", String(Math.round(since * 1000)));
  return query;
}

/** When the time that is asked for begins, ms UTC; null = with the first result. Whole minutes: answers may be kept. */
export function sinceMs(time: Times, nowMs: number, zone: string | undefined): number | null {
  if (time === "all") return null;
  if (time === "today") return dayStart(nowMs, zone);
  return Math.floor((nowMs - BACK_MS[time]) / 60_000) * 60_000;
}

/** Midnight of the station's day. */
export function dayStart(ms: number, zone: string | undefined): number {
  const format = new Intl.DateTimeFormat("en", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
  const into = (at: number) => {
    const parts = Object.fromEntries(
      format.formatToParts(at).map((p) => [p.type, Number(p.value)]),
    );
    return ((parts.hour ?? 0) * 60 + (parts.minute ?? 0)) * 60_000 + (parts.second ?? 0) * 1000;
  };
  const second = Math.floor(ms / 1000) * 1000;
  const start = second - into(second);
  const off = into(start); // a clock that was put on or back since
  return off > 12 * HOUR_MS ? start + 24 * HOUR_MS - off : start - off;
}

/** Whether a result that has just come is one of those that are looked at. */
export function matches(result: Result, { shown, fields }: Filter): boolean {
  if (shown === "PASS" && result.judgement !== "PASS") return false;
  if (shown === "NOT_PASSED" && result.judgement === "PASS") return false;
  const own: Record<Field, (asked: string) => boolean> = {
    job: (asked) => String(result.job) === asked,
    version: (asked) => String(result.recipe_version) === asked,
    tool: (asked) =>
      result.steps.some((s) => s.judgement !== "PASS" && (s.name === asked || s.tool === asked)),
    reject_class: (asked) => String(result.reject_class) === asked,
    sort_class: (asked) => result.sort_class === asked,
    verdict: (asked) => asked === "none",
    image: (asked) => String(result.image) === asked,
    part_id: (asked) => result.part_id === asked,
    order: (asked) => result.order === asked,
    lot: (asked) => result.lot === asked,
    shift: (asked) => result.shift === asked,
    any_id: (asked) => [result.part_id, result.order, result.lot].includes(asked),
    since: (asked) => result.at_us >= Number(asked),
    until: (asked) => result.at_us < Number(asked),
  };
  return FIELDS.every((name) => {
    const asked = fields[name];
    return asked === undefined || own[name](asked);
  });
}

/** Why a part failed, in a word: the step that a thumbnail names. */
export function captionOf(result: Result & { failed_step?: string }): string {
  return result.failed_step || culprit(result)?.name || "";
}
