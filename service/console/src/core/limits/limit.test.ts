import { expect, test } from "vitest";
import {
  asEnds,
  asTolerance,
  boundsOf,
  expected,
  nearest,
  passes,
  type Seen,
  withEnd,
  withTolerance,
} from "./limit";

const good = (...values: number[]): Seen => ({ label: "good", values, fails: false });
const bad = (...values: number[]): Seen => ({ label: "bad", values, fails: false });

test("a value on a limit passes", () => {
  expect(passes(good(0.45), { low: 0.45, high: 0.6 })).toBe(true);
  expect(passes(good(0.4499), { low: 0.45, high: 0.6 })).toBe(false);
  expect(passes(good(9), { low: 0.45, high: null })).toBe(true);
});

test("each region's value has to lie inside, and what is not found never passes", () => {
  expect(passes(good(1, 2, 9), { low: 0, high: 5 })).toBe(false);
  expect(passes({ ...good(), fails: true }, { low: null, high: null })).toBe(false);
});

test("good parts that are rejected and bad ones that pass are counted", () => {
  const all = [good(1), good(2), good(3), bad(4), bad(2.5), { ...good(2), label: null }];
  const { rejects, escapes } = expected(all, { low: 2, high: 3 });
  expect([rejects.count, rejects.total]).toEqual([1, 3]);
  expect([escapes.count, escapes.total]).toEqual([1, 2]);
});

test("nominal and tolerance bound as their digits say", () => {
  expect(boundsOf({ nominal: 0.4, tolerance: 0.1 })).toEqual({ low: 0.3, high: 0.5 });
  expect(boundsOf({ nominal: 0.4, low: 0.1 })).toEqual({ low: 0.1, high: null });
});

test("low and high become nominal and tolerance, and back", () => {
  const limit = asTolerance({ low: 0.45, high: 0.6, gain: 2 });
  expect(limit).toMatchObject({ low: null, high: null, nominal: 0.525, tolerance: 0.075, gain: 2 });
  expect(asEnds(limit)).toEqual({ low: 0.45, high: 0.6, nominal: 0.525, gain: 2 });
  expect(asTolerance({ low: 1, high: null })).toEqual({ low: 1, high: null });
});

test("warn limits come along when a tolerance becomes smaller", () => {
  expect(withTolerance({ warn_low: 175, warn_high: 240, gain: 1 }, 200, 20)).toEqual({
    low: null,
    high: null,
    nominal: 200,
    tolerance: 20,
    warn_low: 180,
    warn_high: 220,
    gain: 1,
  });
});

test("an end that is moved takes a tolerance apart and pushes the ends that it passes", () => {
  expect(withEnd({ nominal: 5, tolerance: 1 }, "low", 4.5)).toEqual({
    low: 4.5,
    high: 6,
    nominal: 5,
    warn_low: null,
    warn_high: null,
  });
  const limit = { low: 1, warn_low: 2, warn_high: 3, high: 4 };
  expect(withEnd(limit, "low", 2.5)).toEqual({ low: 2.5, warn_low: 2.5, warn_high: 3, high: 4 });
  expect(withEnd(limit, "high", 2.5)).toEqual({ low: 1, warn_low: 2, warn_high: 2.5, high: 2.5 });
  expect(withEnd(limit, "high", null)).toEqual({ ...limit, high: null });
});

test("the images nearest to a limit come first", () => {
  const all = [good(5), good(1.1), bad(9.5), { ...good(), fails: true }];
  expect(nearest(all, { low: 1, high: 10 }, 2)).toEqual([all[1], all[2]]);
  expect(nearest(all, { low: null, high: null }, 2)).toEqual([]);
});
