import { expect, test } from "vitest";
import { decimalsAt, onGrid, placeOf, scaleOf, stepAt, valueAt } from "./scale";

test("a linear axis holds all values and the limits near them, with some room", () => {
  const scale = scaleOf([0.4, 0.6], [0.35, 9]);
  expect(scale.log).toBe(false);
  expect(scale.low).toBeLessThan(0.35);
  expect(scale.high).toBeLessThan(0.7); // the limit 9 is far off
  expect(placeOf(scale, scale.low)).toBe(0);
  expect(valueAt(scale, placeOf(scale, 0.5))).toBeCloseTo(0.5);
});

test("more than two decades are logarithmic", () => {
  const scale = scaleOf([1, 10, 5000]);
  expect(scale.log).toBe(true);
  expect(placeOf(scale, Math.sqrt(scale.low * scale.high))).toBeCloseTo(0.5);
  expect(valueAt(scale, placeOf(scale, 70))).toBeCloseTo(70);
  expect(scaleOf([0, 5000]).log).toBe(false); // 0 has no logarithm
});

test.each([[[]], [[3, 3, 3]], [[0]]])("values %j still make an axis", (values) => {
  const scale = scaleOf(values);
  expect(scale.high).toBeGreaterThan(scale.low);
});

test("arrow steps and decimals are those that a person would write", () => {
  const scale = { low: 0.36, high: 0.66, log: false };
  expect(stepAt(scale, 0.5)).toBe(0.002);
  expect(decimalsAt(scale, 0.5)).toBe(3);
  expect(onGrid(scale, 0.45071)).toBe(0.45);
  expect(stepAt({ low: 0, high: 2000, log: false }, 1)).toBe(10);
  expect(decimalsAt({ low: 0, high: 2000, log: false }, 1)).toBe(0);
  expect(stepAt({ low: 1, high: 10_000, log: true }, 1000)).toBe(5);
});
