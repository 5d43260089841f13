/** How well a calibration fits, in pixels, which do not depend on what was calibrated. */
export type Fit = "good" | "fair" | "poor";

/** Corners of a sharp board that lies flat are found to about a tenth of a pixel. */
const GOOD_PX = 0.3;
const FAIR_PX = 1;

export function fitOf(residualPx: number): Fit {
  if (residualPx <= GOOD_PX) return "good";
  return residualPx <= FAIR_PX ? "fair" : "poor";
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function apart(p: Point, q: Point): number {
  return Math.hypot(p.x - q.x, p.y - q.y);
}

/** What one end that is a pixel off does to every length, as a share: 0-1. */
export function shareOfOnePixel(p: Point, q: Point): number {
  return 1 / Math.max(1, apart(p, q));
}

export interface Pair {
  readonly shown: number;
  readonly true: number;
}

/** What is left between shown and true once gain and offset are changed, in the order of the pairs. */
export function leftOver(
  pairs: readonly Pair[],
  before: { gain: number; offset: number },
  after: { gain: number; offset: number },
): number[] {
  return pairs.map((pair) => {
    const measured = (pair.shown - before.offset) / before.gain;
    return measured * after.gain + after.offset - pair.true;
  });
}

/** A point kept on the image, which reaches from half a pixel before its first to half a pixel behind its last. */
export function onImage({ x, y }: Point, size: { width: number; height: number }): Point {
  return { x: clamp(x, size.width), y: clamp(y, size.height) };
}

function clamp(value: number, count: number): number {
  return Math.min(count - 0.5, Math.max(-0.5, value));
}
