import { expect, test } from "vitest";
import { Backoff } from "./backoff";

test("doubles from 250 ms to 5 s and starts again after a reset", () => {
  const backoff = new Backoff(250, 5000, () => 1);
  const waits = Array.from({ length: 7 }, () => backoff.next());
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  backoff.reset();
  expect(backoff.next()).toBe(250);
});

test("jitter takes off at most half", () => {
  expect(new Backoff(250, 5000, () => 0).next()).toBe(125);
});
