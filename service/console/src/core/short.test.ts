import { beforeAll, expect, test } from "vitest";
import { type Result, Status, type StepRow } from "./contract";
import { shortReason } from "./short";
import { speak } from "./texts";

beforeAll(() => speak("en"));

const good: StepRow = {
  name: "Pin 3",
  tool: "caliper",
  instance: 0,
  judgement: "PASS",
  status: Status.PASS,
  value: 0.5,
  unit: "mm",
  low: 0.45,
  high: 0.6,
  warn_low: null,
  warn_high: null,
  nominal: null,
  warning: false,
  message: "",
};

function part(judgement: Result["judgement"], step: Partial<StepRow>, reason = ""): Result {
  return { number: 1, judgement, reason, steps: [{ ...good, judgement, ...step }] } as Result;
}

test("a few words, and the number with the limit that it missed", () => {
  expect(shortReason(part("FAIL", { status: Status.TOO_LOW, value: 0.41 }))).toEqual({
    reason: "Pin 3 too low",
    more: "0.41\u00a0mm, at least 0.45\u00a0mm",
  });
  expect(shortReason(part("FAIL", { status: Status.TOO_HIGH, value: 0.71 })).more).toBe(
    "0.71\u00a0mm, at most 0.60\u00a0mm",
  );
});

test("what was not found has no number", () => {
  const lost = part("FAIL", { status: Status.NOT_FOUND, value: null, message: "no edge" });
  expect(shortReason(lost)).toEqual({ reason: "Pin 3 not found", more: "no edge" });
});

test("an error is told by its step, and in the station's words", () => {
  const dark = part("ERROR", { status: Status.ERROR, value: null }, "picture too dark");
  expect(shortReason(dark)).toEqual({ reason: "Pin 3", more: "picture too dark" });
});

test("a good part needs no reason", () => {
  expect(shortReason(part("PASS", {}))).toEqual({ reason: "", more: "1 of 1 step" });
});
