import { expect, test } from "vitest";
import { apart, fitOf, leftOver, onImage, shareOfOnePixel } from "./calibration";

test("corners that fit to a third of a pixel fit well", () => {
  expect([0.1, 0.3, 0.31, 1, 1.01].map(fitOf)).toEqual(["good", "good", "fair", "fair", "poor"]);
});

test("the longer the distance, the less a pixel counts", () => {
  expect(apart({ x: 0, y: 0 }, { x: 300, y: 400 })).toBe(500);
  expect(shareOfOnePixel({ x: 0, y: 0 }, { x: 300, y: 400 })).toBe(0.002);
  expect(shareOfOnePixel({ x: 0, y: 0 }, { x: 0, y: 0 })).toBe(1);
});

test("what is left of gauges starts from what was measured, not from what was shown", () => {
  const pairs = [
    { shown: 10.2, true: 10 },
    { shown: 20.4, true: 20 },
  ];
  const left = leftOver(pairs, { gain: 2, offset: 0.2 }, { gain: 1.96, offset: 0.2 });
  expect(left[0]).toBeCloseTo(0);
  expect(left[1]).toBeCloseTo(-0.004);
});

test("a point stays on the image", () => {
  expect(onImage({ x: -9, y: 999 }, { width: 640, height: 480 })).toEqual({ x: -0.5, y: 479.5 });
});
