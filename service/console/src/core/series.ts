/** Places of a measurement's values on a chart. */

export interface Bins {
  low: number; // of the first bin
  width: number;
  counts: number[];
}

/** As many bins as the values deserve (their square root), over all that is to be seen. */
export function bins(values: readonly number[], low: number, high: number, most = 24): Bins {
  const count = Math.max(1, Math.min(most, Math.ceil(Math.sqrt(values.length))));
  const width = (high - low) / count || 1;
  const counts = new Array<number>(count).fill(0);
  for (const value of values) {
    const at = Math.min(count - 1, Math.max(0, Math.floor((value - low) / width)));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { low, width, counts };
}

/** What has to be seen: values and finite limits with a margin of a tenth; one value alone lies in the middle. */
export function extent(
  values: readonly number[],
  limits: readonly (number | null)[],
): [number, number] {
  const all = [...values, ...limits].filter(
    (one): one is number => one !== null && Number.isFinite(one),
  );
  if (all.length === 0) return [0, 1];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const margin = (high - low) / 10 || Math.abs(high) / 10 || 1;
  return [low - margin, high + margin];
}

/** Stretches of values that were held to the same limits: first and last place, and which limits. */
export function stretches(
  of: readonly number[],
): { first: number; last: number; limits: number }[] {
  const found: { first: number; last: number; limits: number }[] = [];
  of.forEach((limits, at) => {
    const newest = found.at(-1);
    if (newest && newest.limits === limits) newest.last = at;
    else found.push({ first: at, last: at, limits });
  });
  return found;
}
