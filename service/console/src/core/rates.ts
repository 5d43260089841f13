/** How fast counters rise, from looks at them. */
export class Rates {
  private before = new Map<string, number>();
  private beforeMs = 0;

  /** A second's worth by key; null where it was not seen before, or began anew. `nowMs` only ever grows. */
  of(nowMs: number, counts: readonly (readonly [string, number])[]): Map<string, number | null> {
    const seconds = (nowMs - this.beforeMs) / 1000;
    const found = new Map<string, number | null>();
    for (const [key, count] of counts) {
      const before = this.before.get(key);
      const known = before !== undefined && count >= before && seconds > 0;
      found.set(key, known ? (count - before) / seconds : null);
    }
    this.before = new Map(counts);
    this.beforeMs = nowMs;
    return found;
  }
}
