const LATEST_MS = 250; // a page that nobody sees has no frames

/** What comes is handed on together, at the next frame: a slow browser renders once for all that came meanwhile. */
export class Gathered<T> {
  private waiting: T[] = [];

  constructor(
    private readonly take: (all: readonly T[]) => void,
    private readonly schedule: (hand: () => void) => void = atNextFrame,
  ) {}

  add(one: T): void {
    this.waiting.push(one);
    if (this.waiting.length === 1) this.schedule(() => this.hand());
  }

  private hand(): void {
    const all = this.waiting;
    this.waiting = [];
    this.take(all);
  }
}

function atNextFrame(hand: () => void): void {
  const once = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    hand();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, LATEST_MS);
}
