/** What is removed goes only after a moment, in which that can be undone. Whoever leaves the page has decided. */
import { signal } from "@preact/signals";

const UNDO_MS = 6000;

export class Leaving {
  private readonly timers = signal<ReadonlyMap<string, ReturnType<typeof setTimeout>>>(new Map());

  constructor(private readonly remove: (name: string) => Promise<unknown>) {}

  has(name: string): boolean {
    return this.timers.value.has(name);
  }

  readonly soon = (name: string): void => {
    const timer = setTimeout(() => this.now(name), UNDO_MS);
    this.timers.value = new Map(this.timers.value).set(name, timer);
  };

  readonly keep = (name: string): void => {
    clearTimeout(this.timers.value.get(name));
    this.timers.value = new Map([...this.timers.value].filter(([each]) => each !== name));
  };

  /** While the tab is shown; returns what ends that, and removes at once whatever waits. */
  readonly watch = (): (() => void) => {
    addEventListener("pagehide", this.allNow);
    return () => {
      removeEventListener("pagehide", this.allNow);
      this.allNow();
    };
  };

  private readonly allNow = (): void => {
    for (const name of this.timers.value.keys()) this.now(name);
  };

  private now(name: string): void {
    this.keep(name);
    void this.remove(name);
  }
}
