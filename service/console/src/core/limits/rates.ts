/** How often something happens that was counted a few times: the share, and between which bounds the true one lies. */
export interface Rate {
  readonly count: number;
  readonly total: number;
  /** 0-1; null of nothing. */
  readonly share: number | null;
  /** 0-1: with 95 % confidence the true share is not below this (Clopper and Pearson, Biometrika 26, 1934). */
  readonly low: number;
  /** 0-1, likewise not above; where none was counted one-sided, of nothing 1. */
  readonly high: number;
}

const DOUBT = 0.05;
const HALVINGS = 50; // far below what a share is told to

export function rate(count: number, total: number): Rate {
  const share = total ? count / total : null;
  return { count, total, share, low: lowest(count, total), high: highest(count, total) };
}

/**
 * Below it lies, with 95 % confidence, the share of good parts outside of limits that were set round so many of them,
 * whatever the distribution (Wilks, Ann. Math. Stat. 12, 1941). `ends`: 1 or 2 of the limit; 0-1, 1 where nothing can
 * be said.
 */
export function boundOf(parts: number, ends: number): number {
  if (ends === 0) return 0;
  if (ends >= parts) return 1;
  return 1 - solve((rest) => atMost(ends - 1, parts, 1 - rest), DOUBT);
}

/** How many parts without an exception it takes to say that at most this share is one, with 95 % confidence. */
export function partsFor(share: number): number {
  return Math.ceil(Math.log(DOUBT) / Math.log1p(-share));
}

function lowest(count: number, total: number): number {
  if (count === 0) return 0;
  return solve((share) => 1 - atMost(count - 1, total, share), DOUBT / 2);
}

function highest(count: number, total: number): number {
  if (count === total) return 1;
  const doubt = count === 0 ? DOUBT : DOUBT / 2;
  return 1 - solve((rest) => atMost(count, total, 1 - rest), doubt);
}

/** Where a function that rises over 0-1 has this value. */
function solve(rising: (share: number) => number, wanted: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** That something of this share happens at most `count` times in `total`: each term from the one before, by its logarithm. */
function atMost(count: number, total: number, share: number): number {
  if (share <= 0) return 1;
  if (share >= 1) return count >= total ? 1 : 0;
  const odds = Math.log(share) - Math.log1p(-share);
  let term = total * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let k = 0; k < count; k++) {
    term += Math.log((total - k) / (k + 1)) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}
