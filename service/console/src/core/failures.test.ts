import { expect, test } from "vitest";
import type { Result } from "./contract";
import { failureBeside } from "./failures";

const results = [
  [9, "PASS"],
  [8, "FAIL"],
  [7, "PASS"],
  [5, "ERROR"],
  [4, "FAIL"],
].map(([number, judgement]) => ({ number, judgement }) as Result);

test("older failures one by one, and not further than the last", () => {
  expect(failureBeside(results, null, 1)?.number).toBe(8);
  expect(failureBeside(results, 8, 1)?.number).toBe(5);
  expect(failureBeside(results, 7, 1)?.number).toBe(5);
  expect(failureBeside(results, 4, 1)).toBeUndefined();
});

test("newer failures one by one", () => {
  expect(failureBeside(results, 4, -1)?.number).toBe(5);
  expect(failureBeside(results, 7, -1)?.number).toBe(8);
  expect(failureBeside(results, 8, -1)).toBeUndefined();
  expect(failureBeside(results, null, -1)).toBeUndefined();
});
