import { expect, test } from "vitest";
import { differences } from "./difference";

const pin = {
  name: "pin",
  tool: { type: "caliper", threshold: 30 },
  limits: { width: { low: 1 } },
};
const hole = { name: "hole", tool: { type: "circle" } };

test("the same content does not differ, whatever its version", () => {
  expect(differences({ version: 7, steps: [pin] }, { version: 8, steps: [pin] })).toEqual([]);
  expect(differences({ steps: [{ ...pin, slot: null }] }, { steps: [pin] })).toEqual([]);
});

test("a field within a step is told by its way down", () => {
  const moved = {
    ...pin,
    limits: { width: { low: 1.5, high: 3 } },
    tool: { ...pin.tool, threshold: 36 },
  };
  expect(differences({ steps: [pin, hole] }, { steps: [moved, hole] })).toEqual([
    { step: "pin", field: ["tool", "threshold"], before: 30, after: 36 },
    { step: "pin", field: ["limits", "width", "low"], before: 1, after: 1.5 },
    { step: "pin", field: ["limits", "width", "high"], before: undefined, after: 3 },
  ]);
});

test("steps that came, went or changed places are told", () => {
  const found = differences({ steps: [pin, hole] }, { steps: [hole, pin, { name: "new" }] });
  expect(found.map(({ step, field }) => [step, field.join("/")])).toEqual([
    ["new", ""],
    [null, "steps"],
  ]);
  expect(differences({ steps: [pin, hole] }, { steps: [pin] })[0]).toMatchObject({
    step: "hole",
    after: undefined,
  });
});

test("what is of the recipe as a whole has no step", () => {
  expect(differences({ calibration: { mm_per_px: 1 } }, { calibration: { mm_per_px: 2 } })).toEqual(
    [{ step: null, field: ["calibration", "mm_per_px"], before: 1, after: 2 }],
  );
});
