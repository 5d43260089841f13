import type { Hour } from "./contract";

/** The yield of each hour in per cent over all its jobs, oldest first; hours without a part are left out. */
export function yieldByHour(hours: readonly Hour[]): number[] {
  const sums = new Map<number, { pass: number; total: number }>();
  for (const { hour_us, pass, total } of hours) {
    const sum = sums.get(hour_us) ?? { pass: 0, total: 0 };
    sums.set(hour_us, { pass: sum.pass + pass, total: sum.total + total });
  }
  return [...sums]
    .filter(([, { total }]) => total > 0)
    .sort(([a], [b]) => a - b)
    .map(([, { pass, total }]) => (100 * pass) / total);
}
