import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Hello, Result } from "./core/contract";
import {
  heard,
  hello,
  KEPT,
  merge,
  now,
  quietMs,
  STALE_AFTER_MS,
  stale,
  watchLive,
} from "./station";

const result = (number: number, more: Partial<Result> = {}) =>
  ({ number, steps: [], ...more }) as unknown as Result;
const numbers = (results: readonly Result[]) => results.map(({ number }) => number);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("results are kept newest first, whatever order they came in", () => {
  expect(numbers(merge([result(7)], [result(8), result(6)]))).toEqual([8, 7, 6]);
});

test("a result that comes twice stands once, as it came last", () => {
  const kept = merge([result(8, { image: true })], [result(8, { image: false })]);
  expect(kept).toEqual([result(8, { image: true })]);
});

test("a page without steps takes none away", () => {
  const steps = [{ name: "Pin 3" }] as Result["steps"];
  expect(merge([result(8)], [result(8, { steps })])[0]?.steps).toBe(steps);
});

test("no more than the strip shows are kept", () => {
  const many = Array.from({ length: KEPT + 5 }, (_, index) => result(index));
  expect(merge(many, [])).toHaveLength(KEPT);
  expect(merge(many, [])[0]?.number).toBe(KEPT + 4);
});

test("two seconds without a word are stale, and a word ends it", () => {
  const after = (ms: number) => {
    vi.advanceTimersByTime(ms);
    now.value = Date.now();
  };
  const unwatch = watchLive();
  now.value = Date.now();
  expect(quietMs.value).toBeNull();
  heard();
  after(STALE_AFTER_MS);
  expect(stale.value).toBe(false);
  after(1);
  expect(stale.value).toBe(true);
  expect(quietMs.value).toBe(STALE_AFTER_MS + 1);
  heard();
  expect(stale.value).toBe(false);
  after(STALE_AFTER_MS + 1);
  unwatch();
  expect(quietMs.value).toBeNull();
  hello.value = {} as Hello;
  heard(); // an answer, on a page without a picture
  expect(stale.value).toBe(false);
  after(STALE_AFTER_MS + 1);
  expect(stale.value).toBe(true);
  heard();
  expect(stale.value).toBe(false);
  watchLive()();
  hello.value = null;
});
