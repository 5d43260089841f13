import { expect, test } from "vitest";
import { boundOf, partsFor, rate } from "./rates";

test.each([
  // as vision/teach/rates.py says
  [0, 9, 0, 0.2831],
  [1, 212, 0.0001, 0.026],
  [2, 40, 0.0061, 0.1692],
  [9, 9, 0.6637, 1],
  [0, 0, 0, 1],
])("%i of %i lies between %f and %f", (count, total, low, high) => {
  expect(rate(count, total).low).toBeCloseTo(low, 3);
  expect(rate(count, total).high).toBeCloseTo(high, 3);
});

test("a share of nothing is not known", () => {
  expect(rate(0, 0).share).toBeNull();
  expect(rate(1, 4).share).toBe(0.25);
});

test("many parts neither overflow nor vanish", () => {
  expect(rate(3000, 100_000).low).toBeCloseTo(0.0289, 3);
  expect(rate(3000, 100_000).high).toBeCloseTo(0.0311, 3);
});

test("59 good parts say at most five in a hundred", () => {
  expect(partsFor(0.05)).toBe(59);
  expect(partsFor(0.01)).toBe(299);
});

test("20 good parts say below 14 % for a limit with one end, 22 % for one with two", () => {
  expect(boundOf(20, 1)).toBeCloseTo(0.139, 3);
  expect(boundOf(20, 2)).toBeCloseTo(0.2161, 3);
  expect(boundOf(2, 2)).toBe(1);
  expect(boundOf(20, 0)).toBe(0);
});
