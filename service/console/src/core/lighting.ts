/** What is said of a picture's light: how its histogram is drawn, and what to do about it. */

export interface Light {
  readonly histogram: readonly number[]; // pixels by grey level
  readonly mean_grey: number;
  readonly dark: number; // shares, 0-1
  readonly bright: number;
}

export const BARS = 64;
const MUCH_WHITE = 0.005; // share of the pixels
const TOO_DARK = 30; // mean grey level
const WHITE = 253; // a JPEG's white is not always 255
const STRIPE_PX = 14;

/** Heights 0-1 of the histogram's bars; the tallest that is neither black nor white is 1, and no bar is taller. */
export function barsOf(histogram: readonly number[], count = BARS): number[] {
  const each = Math.max(1, Math.ceil(histogram.length / count));
  const sums = Array.from({ length: count }, (_, bar) =>
    histogram.slice(bar * each, (bar + 1) * each).reduce((sum, pixels) => sum + pixels, 0),
  );
  const tallest = Math.max(...sums.slice(1, -1), 0) || Math.max(...sums, 1);
  return sums.map((sum) => Math.min(1, sum / tallest));
}

/** What is wrong with the light; "" = nothing. */
export function lightFault({ bright, mean_grey }: Light): "white" | "dark" | "" {
  if (bright > MUCH_WHITE) return "white";
  return mean_grey < TOO_DARK ? "dark" : "";
}

/** Stripe what is white, in RGBA pixels of a picture `width` wide. */
export function stripe(pixels: Uint8ClampedArray, width: number): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    if (Math.max(red, green, blue) < WHITE) continue;
    const index = at / 4;
    const place = (index % width) + Math.floor(index / width);
    if (place % STRIPE_PX < STRIPE_PX / 2) pixels.fill(40, at, at + 3);
  }
}
