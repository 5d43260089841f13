import { language, text } from "./texts";

const NARROW = "\u202f"; // between thousands: never a comma or point that could be read as decimal
const FIXED = "\u00a0"; // number and unit never part
const DASH = "–"; // unknown

/** A number in the reader's notation, thousands by a narrow space; null is a dash. */
export function number(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(language(), options)
    .formatToParts(value)
    .map((part) => (part.type === "group" ? NARROW : part.value))
    .join("");
}

/** Decimals that a measured value is shown with: whole numbers none, then three figures, at most three decimals. */
export function decimalsOf(...values: (number | null)[]): number {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.every(Number.isInteger)) return 0;
  const size = Math.max(...known.map(Math.abs));
  if (size >= 100) return 1;
  return size >= 0.1 ? 2 : 3;
}

/** A unit as the reader writes it. */
export function unitWords(unit: string): string {
  return unit === "grey" ? text("unit.grey") : unit === "deg" ? "°" : unit;
}

/** A number with its unit; what is unknown has none. */
export function quantity(value: number | null, sent: string, decimals = decimalsOf(value)): string {
  const unit = value === null ? "" : unitWords(sent);
  return unit ? `${number(value, decimals)}${FIXED}${unit}` : number(value, decimals);
}

export function percent(value: number | null, decimals = 1): string {
  return quantity(value, text("unit.percent"), decimals);
}

export function milliseconds(us: number): string {
  return quantity(us / 1000, text("unit.ms"), us < 10_000 ? 1 : 0);
}

/** How far two clocks are apart: 3.2 s, from a minute and a half on as `age`. */
export function difference(ms: number): string {
  const apart = Math.abs(ms);
  return apart < 90_000 ? quantity(apart / 1000, text("unit.s"), 1) : age(apart);
}

/** A length of time in its largest unit: 4 s, 3 min, 2 h, 5 d. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const said = (key: "age.s" | "age.min" | "age.h" | "age.d", count: number) =>
    text(key, { count: number(Math.floor(count)) }).replace(" ", FIXED);
  if (seconds < 90) return said("age.s", seconds);
  if (seconds < 90 * 60) return said("age.min", seconds / 60);
  if (seconds < 36 * 3600) return said("age.h", seconds / 3600);
  return said("age.d", seconds / 86_400);
}

/** `1:05`: how long something still lasts, to a second that is not over yet. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Days left: whole ones from ten on. */
export function days(count: number): string {
  return text("age.d", { count: number(count, count < 10 && count % 1 !== 0 ? 1 : 0) }).replace(
    " ",
    FIXED,
  );
}

const SIZES = ["kB", "MB", "GB", "TB"];

/** A size on a disk with three figures; a GB is 10^9 bytes, as disks are sold. */
export function bytes(count: number): string {
  let [size, step] = [count / 1000, 0];
  while (size >= 999.5 && step < SIZES.length - 1) [size, step] = [size / 1000, step + 1];
  const decimals = count === 0 || size >= 99.95 ? 0 : 1;
  return quantity(size, SIZES[step] ?? "", decimals);
}

let timeZone: string | undefined;

/** Times are the station's own: its shifts and counters go by this zone. Until it is known, the browser's. */
export function showTimesIn(zone: string): void {
  timeZone = zone;
}

/** Hours, minutes, seconds of a time in ms UTC. */
export function clock(ms: number): string {
  const parts = { timeStyle: "medium", hourCycle: "h23", timeZone } as const;
  return new Intl.DateTimeFormat(language(), parts).format(ms);
}

/** The minute of today, else the day as well. */
export function moment(ms: number, now: number): string {
  const date = new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone });
  const today = date.format(ms) === date.format(now);
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone } as const;
  const day = today ? {} : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat(language(), { ...day, ...parts }).format(ms);
}

/** The day and the minute. */
export function day(ms: number): string {
  const parts = { dateStyle: "medium", timeStyle: "short", timeZone } as const;
  return new Intl.DateTimeFormat(language(), parts).format(ms);
}
