/** How long to wait before the next try: 250 ms doubling to 5 s, with jitter so that viewers do not return all at once. */
export class Backoff {
  private tries = 0;

  constructor(
    private readonly firstMs = 250,
    private readonly longestMs = 5000,
    private readonly random: () => number = Math.random,
  ) {}

  next(): number {
    const full = Math.min(this.firstMs * 2 ** this.tries, this.longestMs);
    this.tries += 1;
    return full * (0.5 + 0.5 * this.random());
  }

  reset(): void {
    this.tries = 0;
  }
}
