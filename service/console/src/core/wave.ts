/** The bits of a handshake over time, as a logic analyser draws and measures them. */
import type { Wave } from "./contract";

type Lane = Wave["lanes"][number];

/** A stretch of a wave, in us after its beginning. */
export interface Span {
  from: number;
  to: number;
}

/** Where a time stands in a span, in thousandths of it. */
export function placeOf(us: number, { from, to }: Span): number {
  return ((us - from) / (to - from)) * 1000;
}

/** A lane as a line between 0 (high) and 1 (low) of its height, x in thousandths of the span. */
export function lanePath(lane: Lane, span: Span, top: number, height: number): string {
  const y = (level: boolean) => (level ? top : top + height);
  let level = lane.level;
  let path = `M0 ${y(level)}`;
  for (const edge of lane.edges_us) {
    const x = Math.min(Math.max(placeOf(edge, span), 0), 1000);
    level = !level;
    path += `H${round(x)}V${y(level)}`;
  }
  return `${path}H1000`;
}

/** Where a lane is high: places and widths in thousandths. */
export function highs(lane: Lane, span: Span): { x: number; width: number }[] {
  const found: { x: number; width: number }[] = [];
  let level = lane.level;
  let since = 0;
  for (const edge of [...lane.edges_us, span.to]) {
    const x = Math.min(Math.max(placeOf(edge, span), 0), 1000);
    if (level && x > since) found.push({ x: round(since), width: round(x - since) });
    level = !level;
    since = x;
  }
  return found;
}

/** Times for the axis: a round step, at most `most` of them, counted from `zero`. */
export function ticks({ from, to }: Span, zero: number, most: number): number[] {
  const rough = (to - from) / most;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * decade).find((one) => one >= rough) ?? rough;
  const found: number[] = [];
  for (let at = Math.ceil((from - zero) / step) * step + zero; at <= to; at += step) found.push(at);
  return found;
}

/** Every edge and request of a wave, in the order of time, each once: what a cursor steps through. */
export function eventsOf(wave: Wave): number[] {
  const all = [
    ...wave.lanes.flatMap((lane) => lane.edges_us),
    ...wave.requests.map((r) => r.at_us),
  ];
  return [...new Set(all)].filter((at) => at >= 0).sort((a, b) => a - b);
}

/** The event before or behind a time; the time itself where there is none. */
export function nextEvent(events: readonly number[], at: number, forward: boolean): number {
  const found = forward
    ? events.find((one) => one > at + 0.5)
    : events.findLast((one) => one < at - 0.5);
  return found ?? at;
}

/** The nearest event within `reach`, else the time itself. */
export function snapped(events: readonly number[], at: number, reach: number): number {
  let best = at;
  let least = reach;
  for (const one of events) {
    const off = Math.abs(one - at);
    if (off <= least) [best, least] = [one, off];
  }
  return best;
}

/** Larger or smaller about a time, never beyond the whole. */
export function zoomed({ from, to }: Span, factor: number, about: number, whole: number): Span {
  const length = Math.min(Math.max((to - from) * factor, 100), whole);
  const share = (about - from) / (to - from);
  const start = Math.min(Math.max(about - share * length, 0), whole - length);
  return { from: start, to: start + length };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
