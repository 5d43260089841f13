/** How far another clock is ahead of this one, by asking it: wrong by half the way there and back at most. */
export class ClockAhead {
  private best = { ms: 0, roundTripMs: Number.POSITIVE_INFINITY };

  /** Null: nobody was asked yet. */
  get ms(): number | null {
    return Number.isFinite(this.best.roundTripMs) ? this.best.ms : null;
  }

  /** The other clock said `told` between `asked` and `came` of this one; the quickest answer counts. */
  hear(asked: number, told: number, came: number): void {
    const roundTripMs = came - asked;
    if (roundTripMs < 0 || roundTripMs > this.best.roundTripMs) return;
    this.best = { ms: told - (asked + came) / 2, roundTripMs };
  }
}

/** The middle one; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
