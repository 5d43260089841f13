const LATEST_MS = 250; // a page that nobody sees has no frames
const REST = 3; // times what the last hand-over cost goes to everything else, the picture first

/** What comes is handed on together, at the next frame: a slow browser renders once for all that came meanwhile. */
export class Gathered<T> {
  private waiting: T[] = [];

  constructor(
    private readonly take: (all: readonly T[]) => void,
    private readonly schedule: (hand: () => void) => void = paced(),
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

/** At the next frame, and no sooner than the browser has rested from what the last one cost it until it was painted. */
export function paced(clock: () => number = () => performance.now()): (hand: () => void) => void {
  let restedAt = 0;
  const handOver = (hand: () => void) => {
    const began = clock();
    hand();
    atNextFrame(() => {
      restedAt = clock() + REST * (clock() - began);
    });
  };
  return (hand) => {
    const wait = restedAt - clock();
    const next = () => atNextFrame(() => handOver(hand));
    if (wait > 0) setTimeout(next, wait);
    else next();
  };
}

function atNextFrame(act: () => void): void {
  const once = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    act();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, LATEST_MS);
}
