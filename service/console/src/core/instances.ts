import { Status, type StepRow } from "./contract";

/** So many instances of one step that are not good are listed each; the others of them share a line. */
export const MOST_LISTED = 8;

/** One line of a list of steps: a step, or several instances of one that repeats, shown by the worst of them. */
export interface Line {
  step: StepRow;
  name: string;
  count: number; // of instances; 1: the step itself
}

/** The step's name in the recipe: without the number of the instance. */
export function baseOf(step: StepRow): string {
  const suffix = `[${step.instance}]`;
  return step.instance && step.name.endsWith(suffix)
    ? step.name.slice(0, -suffix.length)
    : step.name;
}

export function ran(step: StepRow): boolean {
  return step.status !== Status.NOT_RUN;
}

/** Furthest outside of its limits first, or closest to them; what has no number last. */
export function byMargin(steps: readonly StepRow[]): StepRow[] {
  return [...steps].sort((a, b) => margin(a) - margin(b) || 0);
}

/** `steps` in their order, but of a step that repeats all that pass on one line, and all that were not run. */
export function linesOf(steps: readonly StepRow[]): Line[] {
  const together = new Map<string, StepRow[]>();
  for (const step of steps) {
    const key = keyOf(step);
    together.set(key, [...(together.get(key) ?? []), step]);
  }
  return [...together.values()].flatMap((alike) => listed(byMargin(alike)));
}

/** By name what steps are called on the picture: of one that repeats the worst by its name, the next ones by number. */
export function labelNames(steps: readonly StepRow[]): Map<string, string> {
  const named = new Set<string>();
  const names = new Map<string, string>();
  for (const { step } of linesOf(steps)) {
    const key = JSON.stringify([baseOf(step), step.judgement]);
    names.set(step.name, named.has(key) ? `[${step.instance}]` : step.name);
    named.add(key);
  }
  return names;
}

function listed(alike: StepRow[]): Line[] {
  const first = alike[0];
  if (!first) return [];
  const share = first.judgement === "PASS" || !ran(first);
  const kept = share ? 0 : alike.length > MOST_LISTED ? MOST_LISTED - 1 : alike.length;
  const each = alike.slice(0, kept).map((step) => ({ step, name: step.name, count: 1 }));
  const [next, ...more] = alike.slice(kept);
  if (!next) return each;
  const name = more.length ? baseOf(next) : next.name;
  return [...each, { step: next, name, count: 1 + more.length }];
}

function keyOf(step: StepRow): string {
  return step.instance
    ? JSON.stringify([baseOf(step), step.judgement, ran(step)])
    : JSON.stringify([step.name]);
}

function margin({ value, low, high }: StepRow): number {
  if (value === null) return Number.MAX_VALUE;
  const inside = Math.min(value - (low ?? -Infinity), (high ?? Infinity) - value);
  return Math.min(inside, Number.MAX_VALUE);
}
