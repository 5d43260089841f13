/** What a picture's pixels say: grey values 0-255 of RGBA bytes, of colour its luma (BT.601, as OpenCV's BGR2GRAY). */

export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray; // RGBA
}

export interface Point {
  x: number; // px of the image, pixel centres on whole numbers
  y: number;
}

export interface Pixel {
  grey: number;
  bgr: readonly [number, number, number] | null; // null: the image is grey
}

/** The pixel under a point; null outside. */
export function pixelAt({ width, height, data }: Pixels, point: Point): Pixel | null {
  const [x, y] = [Math.round(point.x), Math.round(point.y)];
  if (x < 0 || y < 0 || x >= width || y >= height) return null;
  const [r, g, b] = data.subarray((y * width + x) * 4);
  if (r === undefined || g === undefined || b === undefined) return null;
  return { grey: Math.round(luma(r, g, b)), bgr: r === g && g === b ? null : [b, g, r] };
}

/** Grey values along a line, one for each px of its length, between pixels interpolated. */
export function profile(pixels: Pixels, from: Point, to: Point): number[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const steps = Math.max(1, Math.round(length));
  return Array.from({ length: steps + 1 }, (_, index) => {
    const share = index / steps;
    return between(pixels, from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
  });
}

export interface Histogram {
  counts: readonly number[]; // of grey 0 … 255
  dark: number; // share at 0: nothing can be told apart there
  bright: number; // share at 255: saturated
  mean: number;
}

export function histogram({ width, height, data }: Pixels): Histogram {
  const counts = new Array<number>(256).fill(0);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) {
    const grey = Math.round(luma(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0));
    counts[grey] = (counts[grey] ?? 0) + 1;
    sum += grey;
  }
  const total = Math.max(1, width * height);
  const share = (grey: number) => (counts[grey] ?? 0) / total;
  return { counts, dark: share(0), bright: share(255), mean: sum / total };
}

/** Variance of the Laplacian: larger is sharper; comparable only over images of one scene and light. */
export function focus({ width, height, data }: Pixels): number {
  let [sum, squares, count] = [0, 0, 0];
  const at = (x: number, y: number) => {
    const start = (y * width + x) * 4;
    return luma(data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0);
  };
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const bend = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y);
      sum += bend;
      squares += bend * bend;
      count += 1;
    }
  }
  return count ? squares / count - (sum / count) ** 2 : 0;
}

function between(pixels: Pixels, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  const grey = (dx: number, dy: number) => greyInside(pixels, left + dx, top + dy);
  return (
    (grey(0, 0) * (1 - fx) + grey(1, 0) * fx) * (1 - fy) +
    (grey(0, 1) * (1 - fx) + grey(1, 1) * fx) * fy
  );
}

/** Outside the image its edge goes on. */
function greyInside({ width, height, data }: Pixels, x: number, y: number): number {
  const column = Math.min(Math.max(x, 0), width - 1);
  const row = Math.min(Math.max(y, 0), height - 1);
  const start = (row * width + column) * 4;
  return luma(data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0);
}

function luma(r: number, g: number, b: number): number {
  return r === g && g === b ? r : 0.299 * r + 0.587 * g + 0.114 * b;
}
