import { expect, test } from "vitest";
import { bins, extent, stretches } from "./series";

test("every value is in one bin, also at the ends", () => {
  const { counts } = bins([0, 0.1, 0.5, 0.9, 1], 0, 1);
  expect(counts.reduce((a, b) => a + b)).toBe(5);
  expect(bins([2, 2, 2], 2, 2).counts.reduce((a, b) => a + b)).toBe(3);
});

test("values and limits are seen with a margin", () => {
  expect(extent([1, 2], [0, null, Number.POSITIVE_INFINITY])).toEqual([-0.2, 2.2]);
  expect(extent([], [])).toEqual([0, 1]);
  expect(extent([5], [])).toEqual([4.5, 5.5]);
});

test("limits that changed begin another stretch", () => {
  expect(stretches([0, 0, 1, 0])).toEqual([
    { first: 0, last: 1, limits: 0 },
    { first: 2, last: 2, limits: 1 },
    { first: 3, last: 3, limits: 0 },
  ]);
});
