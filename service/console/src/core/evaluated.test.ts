import { expect, test } from "vitest";
import type { EvaluatedImage, EvaluationResult } from "./contract";
import { changesOf, differing, inspectionOf, ways } from "./evaluated";

const verdict = (judgement: string, steps: Record<string, string>) => ({
  judgement,
  steps: Object.entries(steps).map(([name, said]) => ({ name, judgement: said })),
});
const image = (name: string, ...verdicts: object[]) =>
  ({ image: name, label: "not labelled", verdicts }) as unknown as EvaluatedImage;

test("an evaluation's names lead back to inspections", () => {
  expect(inspectionOf("#48213")).toBe(48213);
  expect(inspectionOf("bad/0007-inspection-12.png")).toBe(12);
  expect(inspectionOf("good/0001-part7.png")).toBeNull();
});

test("steps that only one version has differ too", () => {
  const one = image(
    "#1",
    verdict("FAIL", { width: "FAIL", hole: "PASS", fresh: "PASS" }),
    verdict("PASS", { width: "PASS", hole: "PASS", old: "PASS" }),
  );
  expect(differing(one)).toEqual(["width", "fresh", "old"]);
  expect(differing(image("#2", verdict("PASS", {})))).toEqual([]);
});

test("what passed and would not any more comes first, and ways are counted", () => {
  const result = {
    images: [],
    changed: [
      {
        image: "#1",
        label: "good",
        judgement: "PASS",
        message: "",
        other: "FAIL",
        other_message: "thin",
      },
      {
        image: "#2",
        label: "good",
        judgement: "FAIL",
        message: "thick",
        other: "PASS",
        other_message: "",
      },
      {
        image: "#3",
        label: "bad",
        judgement: "PASS",
        message: "",
        other: "FAIL",
        other_message: "thin",
      },
    ],
  } as unknown as EvaluationResult;
  const changes = changesOf(result);
  expect(changes.map(({ inspection, message }) => [inspection, message])).toEqual([
    [2, "thick"],
    [1, "thin"],
    [3, "thin"],
  ]);
  expect(ways(changes)).toEqual([
    { before: "FAIL", after: "PASS", count: 2 },
    { before: "PASS", after: "FAIL", count: 1 },
  ]);
});
