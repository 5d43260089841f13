import { expect, test } from "vitest";
import { differences } from "./differences";

const step = {
  name: "pin 3",
  limits: { width: { low: 1, high: 2 } },
  regions: [{ kind: "circle", x: 1 }],
};
const content = { job: 1, name: "bracket", steps: [step, { name: "hole" }] };

test("the same twice does not differ", () => {
  expect(differences(content, structuredClone(content))).toEqual([]);
});

test("a value is named by its step and fields", () => {
  const other = structuredClone(content);
  other.steps[0] = {
    ...step,
    limits: { width: { low: 1, high: 3 } },
    regions: [{ kind: "circle", x: 5 }],
  };
  expect(differences(content, other)).toEqual([
    { place: ["pin 3", "limits", "width", "high"], before: 2, after: 3 },
    { place: ["pin 3", "regions", "1", "x"], before: 1, after: 5 },
  ]);
});

test("a step that one has not is one difference", () => {
  const other = { ...content, steps: [step, { name: "new" }] };
  expect(differences(content, other)).toEqual([
    { place: ["new"], before: undefined, after: { name: "new" } },
    { place: ["hole"], before: { name: "hole" }, after: undefined },
  ]);
});
