import type { FrameHeader } from "./contract";

export const HOLD_MS = 3000;

/** A judged part stays to be looked at: for three seconds only the next part takes its place, no live frame does. */
export class Hold {
  private until = Number.NEGATIVE_INFINITY;

  takes(header: FrameHeader, now: number): boolean {
    if (header.kind === "inspection") {
      this.until = now + HOLD_MS;
      return true;
    }
    return now >= this.until;
  }

  release(): void {
    this.until = Number.NEGATIVE_INFINITY;
  }
}
