/** What was edited, step by step: to be undone and done again. */

const MOST_STEPS = 200;
const JOIN_MS = 500;

export interface Past<T> {
  readonly now: T;
  readonly before: readonly T[]; // oldest first
  readonly after: readonly T[]; // what was undone, last first
  readonly joins: string | null; // what the last step may grow by
  readonly at: number; // when it was made, ms
}

export function began<T>(now: T): Past<T> {
  return { now, before: [], after: [], joins: null, at: 0 };
}

/**
 * One step more; changes with one `join` that follow within half a second of each other are one step, those of one
 * pull (`held`) however long it takes.
 */
export function changed<T>(
  past: Past<T>,
  now: T,
  at: number,
  join: string | null = null,
  held = false,
): Past<T> {
  const joined = join !== null && join === past.joins && (held || at - past.at <= JOIN_MS);
  const before = joined ? past.before : [...past.before, past.now].slice(-MOST_STEPS);
  return { now, before, after: [], joins: join, at };
}

/** The last step stands for itself: what comes next is another one. */
export function settled<T>(past: Past<T>): Past<T> {
  return { ...past, joins: null };
}

export function undone<T>(past: Past<T>): Past<T> {
  const last = past.before.at(-1);
  if (last === undefined) return past;
  const after = [past.now, ...past.after];
  return { now: last, before: past.before.slice(0, -1), after, joins: null, at: 0 };
}

export function redone<T>(past: Past<T>): Past<T> {
  const [next, ...after] = past.after;
  if (next === undefined) return past;
  return { now: next, before: [...past.before, past.now], after, joins: null, at: 0 };
}
