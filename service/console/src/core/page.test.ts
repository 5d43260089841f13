import { expect, test } from "vitest";
import { pageOf } from "./page";

test.each([
  ["#/run", "run"],
  ["#/system", "system"],
  ["", "run"],
  ["#/", "run"],
  ["#/nowhere", "run"],
  ["#/system/x", "run"],
])("%s shows %s", (hash, expected) => {
  expect(pageOf(hash)).toBe(expected);
});
