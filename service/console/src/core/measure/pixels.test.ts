import { expect, test } from "vitest";
import { focus, histogram, type Pixels, pixelAt, profile } from "./pixels";

function image(rows: readonly (readonly number[])[]): Pixels {
  const width = rows[0]?.length ?? 0;
  const data = new Uint8ClampedArray(rows.flat().flatMap((grey) => [grey, grey, grey, 255]));
  return { width, height: rows.length, data };
}

const ramp = image([
  [0, 10, 20, 30],
  [0, 10, 20, 30],
  [0, 10, 20, 255],
]);

test("the pixel under a point is the nearest, and none is outside", () => {
  expect(pixelAt(ramp, { x: 1.4, y: 0 })).toEqual({ grey: 10, bgr: null });
  expect(pixelAt(ramp, { x: 1.6, y: 2.4 })?.grey).toBe(20);
  expect(pixelAt(ramp, { x: -0.6, y: 0 })).toBeNull();
  expect(pixelAt(ramp, { x: 3.6, y: 0 })).toBeNull();
});

test("a colour is told as BGR", () => {
  const red = { width: 1, height: 1, data: new Uint8ClampedArray([200, 10, 20, 255]) };
  expect(pixelAt(red, { x: 0, y: 0 })).toEqual({ grey: 68, bgr: [20, 10, 200] });
});

test("a profile has a value a px, interpolated", () => {
  expect(profile(ramp, { x: 0, y: 0 }, { x: 3, y: 0 })).toEqual([0, 10, 20, 30]);
  expect(profile(ramp, { x: 0.5, y: 1 }, { x: 2.5, y: 1 })).toEqual([5, 15, 25]);
  expect(profile(ramp, { x: 1, y: 1 }, { x: 1, y: 1 })).toEqual([10, 10]);
});

test("a histogram counts what is black and what is saturated", () => {
  const { counts, dark, bright, mean } = histogram(ramp);
  expect([counts[0], counts[10], counts[255]]).toEqual([3, 3, 1]);
  expect(dark).toBeCloseTo(3 / 12);
  expect(bright).toBeCloseTo(1 / 12);
  expect(mean).toBeCloseTo((3 * 30 + 60 + 255) / 12);
});

test("a sharp edge has more focus than a soft one, a flat image none", () => {
  const rows = (row: readonly number[]) => image([row, row, row, row]);
  expect(focus(rows([0, 0, 0, 255, 255, 255]))).toBeGreaterThan(
    focus(rows([0, 51, 102, 153, 204, 255])),
  );
  expect(focus(rows([7, 7, 7, 7]))).toBe(0);
});
