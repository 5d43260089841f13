import { expect, test } from "vitest";
import type { FrameHeader } from "./contract";
import { HOLD_MS, Hold } from "./hold";

const frame = (kind: FrameHeader["kind"]) => ({ kind }) as FrameHeader;

test("a judged part stays three seconds, then the live picture comes back", () => {
  const hold = new Hold();
  expect(hold.takes(frame("live"), 0)).toBe(true);
  expect(hold.takes(frame("inspection"), 100)).toBe(true);
  expect(hold.takes(frame("live"), 100 + HOLD_MS - 1)).toBe(false);
  expect(hold.takes(frame("live"), 100 + HOLD_MS)).toBe(true);
});

test("the next part takes its place at once", () => {
  const hold = new Hold();
  hold.takes(frame("inspection"), 0);
  expect(hold.takes(frame("inspection"), 1)).toBe(true);
});

test("released, it lets the live picture through", () => {
  const hold = new Hold();
  hold.takes(frame("inspection"), 0);
  hold.release();
  expect(hold.takes(frame("live"), 1)).toBe(true);
});
