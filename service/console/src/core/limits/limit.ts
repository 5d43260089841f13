/** Limits of one measure, and what they would do to parts that were seen. */
import { type Rate, rate } from "./rates";

/** As a recipe writes it; what is left out is null, 1 (gain) or 0 (offset). */
export interface Limit {
  readonly low?: number | null;
  readonly high?: number | null;
  readonly warn_low?: number | null;
  readonly warn_high?: number | null;
  readonly nominal?: number | null;
  readonly tolerance?: number | null;
  readonly gain?: number;
  readonly offset?: number;
}

export type Side = "low" | "high";
export type End = Side | "warn_low" | "warn_high";

/** Smallest and largest value that pass; null: that side does not bind. */
export interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

export type Label = "good" | "bad" | null;

/** What a step measured on one image. */
export interface Seen {
  readonly label: Label;
  /** One number, or one for each region; none where nothing was found. */
  readonly values: readonly number[];
  /** It fails whatever the limit, for example because nothing was found. */
  readonly fails: boolean;
}

export interface Expected {
  /** Good parts that would be rejected. */
  readonly rejects: Rate;
  /** Bad parts that would pass. */
  readonly escapes: Rate;
}

const EXACT = 12; // digits: nominal 0.4 with a tolerance of 0.1 begins at 0.3

export function boundsOf(limit: Limit): Bounds {
  const { nominal, tolerance } = limit;
  if (nominal == null || tolerance == null)
    return { low: limit.low ?? null, high: limit.high ?? null };
  return { low: exact(nominal - tolerance), high: exact(nominal + tolerance) };
}

/** A limit with another end. A tolerance becomes low and high first; warn limits never lie outside. */
export function withEnd(limit: Limit, end: End, value: number | null): Limit {
  const { tolerance: _, ...rest } = limit;
  const plain = { ...rest, ...(limit.tolerance == null ? {} : boundsOf(limit)) };
  return inOrder({ ...plain, [end]: value }, end);
}

/** Low and high become nominal ± tolerance round their middle (or what is nominal already), or are that already. */
export function asTolerance(limit: Limit): Limit {
  const { low, high } = boundsOf(limit);
  if (low === null || high === null) return limit;
  const nominal = exact((low + high) / 2);
  return { ...limit, low: null, high: null, nominal, tolerance: exact((high - low) / 2) };
}

/** Round a nominal; warn limits that would lie outside come along. */
export function withTolerance(limit: Limit, nominal: number, tolerance: number): Limit {
  const next = { ...limit, low: null, high: null, nominal, tolerance };
  const low = exact(nominal - tolerance);
  const high = exact(nominal + tolerance);
  const within = (warn: number | null | undefined) =>
    warn == null ? null : Math.min(high, Math.max(low, warn));
  return { ...next, warn_low: within(limit.warn_low), warn_high: within(limit.warn_high) };
}

/** Nominal ± tolerance becomes low and high. */
export function asEnds(limit: Limit): Limit {
  const { tolerance: _, ...rest } = limit;
  return { ...rest, ...boundsOf(limit) };
}

export function isInside(value: number, { low, high }: Bounds): boolean {
  return (low === null || value >= low) && (high === null || value <= high);
}

export function passes(seen: Seen, bounds: Bounds): boolean {
  return !seen.fails && seen.values.every((value) => isInside(value, bounds));
}

export function expected(all: readonly Seen[], bounds: Bounds): Expected {
  const good = all.filter(({ label }) => label === "good");
  const bad = all.filter(({ label }) => label === "bad");
  const rejected = good.filter((one) => !passes(one, bounds)).length;
  return {
    rejects: rate(rejected, good.length),
    escapes: rate(bad.length - bad.filter((one) => !passes(one, bounds)).length, bad.length),
  };
}

/** How far the value that lies nearest to a bound is from it; null: there is no bound or no value. */
export function roomOf(seen: Seen, { low, high }: Bounds): number | null {
  const rooms = seen.values.flatMap((value) =>
    [low, high].filter((one) => one !== null).map((one) => Math.abs(value - one)),
  );
  return rooms.length ? Math.min(...rooms) : null;
}

/** Images whose value lies nearest to a bound, nearest first. */
export function nearest<T extends Seen>(all: readonly T[], bounds: Bounds, most: number): T[] {
  const rooms = all.flatMap((one) => {
    const room = roomOf(one, bounds);
    return room === null ? [] : [{ one, room }];
  });
  return rooms
    .sort((a, b) => a.room - b.room)
    .slice(0, most)
    .map(({ one }) => one);
}

/** The end that was moved pushes the others along: low ≤ warn_low ≤ warn_high ≤ high. */
function inOrder(limit: Limit, moved: End): Limit {
  const order: readonly End[] = ["low", "warn_low", "warn_high", "high"];
  const at = limit[moved];
  if (at == null) return limit;
  const place = order.indexOf(moved);
  const pushed = order.map((end, i) => {
    const value = limit[end];
    if (value == null || i === place) return [end, value ?? null] as const;
    return [end, i < place ? Math.min(value, at) : Math.max(value, at)] as const;
  });
  return { ...limit, ...Object.fromEntries(pushed) };
}

function exact(value: number): number {
  return Number(value.toPrecision(EXACT));
}
