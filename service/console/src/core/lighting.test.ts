import { expect, test } from "vitest";
import { barsOf, lightFault, stripe } from "./lighting";

const flat = (level: number, pixels = 100) =>
  Array.from({ length: 256 }, (_, grey) => (grey === level ? pixels : 0));

test("the tallest bar inside is full, white stands no taller", () => {
  const histogram = flat(128, 50);
  histogram[255] = 5000;
  const bars = barsOf(histogram);
  expect(bars).toHaveLength(64);
  expect(bars[32]).toBe(1);
  expect(bars[63]).toBe(1);
  expect(bars[10]).toBe(0);
});

test("a picture that is white alone, or none, is drawn too", () => {
  expect(barsOf(flat(255))[63]).toBe(1);
  expect(barsOf([])).toEqual(Array.from({ length: 64 }, () => 0));
});

test.each([
  [{ bright: 0.006, mean_grey: 120 }, "white"],
  [{ bright: 0.005, mean_grey: 120 }, ""],
  [{ bright: 0, mean_grey: 29 }, "dark"],
  [{ bright: 0, mean_grey: 30 }, ""],
])("%o is %s", (light, fault) => {
  expect(lightFault({ histogram: [], dark: 0, ...light })).toBe(fault);
});

test("only white is striped", () => {
  const pixels = new Uint8ClampedArray(4 * 16).fill(255);
  pixels.set([200, 200, 200, 255], 0);
  stripe(pixels, 16);
  expect([...pixels.slice(0, 4)]).toEqual([200, 200, 200, 255]);
  expect([...pixels.slice(4, 8)]).toEqual([40, 40, 40, 255]);
  expect([...pixels.slice(4 * 7, 4 * 8)]).toEqual([255, 255, 255, 255]);
});
