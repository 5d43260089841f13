import { expect, test } from "vitest";
import { type RecipeContent, renamed } from "./recipe";
import type { Schema } from "./schema-form";

const ref = (kind: string) => ({ type: "string", "x-ref": kind }) as Schema;
const orNull = (schema: Schema) => ({ anyOf: [schema, { type: "null" }] });

/** As the station writes it, as far as steps are named. */
const schema: Schema = {
  $defs: {
    Step: {
      properties: {
        name: { type: "string" },
        tool: { oneOf: [{ $ref: "#/$defs/Formula" }, { $ref: "#/$defs/Distance" }] },
        taught: orNull(ref("Taught")),
        fixture: orNull(ref("locates")),
        run_if: orNull({ $ref: "#/$defs/RunIf" }),
        matches: {
          type: "object",
          additionalProperties: { oneOf: [{ $ref: "#/$defs/Text" }, { $ref: "#/$defs/Reading" }] },
        },
      },
    },
    RunIf: { properties: { step: ref("Step"), outcome: { type: "string" } } },
    Formula: {
      properties: {
        type: { const: "formula" },
        formula: orNull(ref("Expression")),
        unit: { type: "string" },
      },
    },
    Distance: {
      properties: {
        type: { const: "distance" },
        a: ref("Point"),
        b: orNull(ref("Point")),
        way: { type: "string" },
      },
    },
    Text: { properties: { rule: { const: "text" }, text: { type: "string" } } },
    Reading: { properties: { rule: { const: "reading" }, of: ref("Reading") } },
    Condition: { properties: { step: ref("Step"), measure: { type: "string" } } },
  },
  properties: {
    name: { type: "string" },
    steps: { type: "array", items: { $ref: "#/$defs/Step" } },
    classes: { type: "array", items: { $ref: "#/$defs/Condition" } },
  },
};

function recipe(...steps: readonly object[]): RecipeContent {
  return { job: 1, name: "width", version: 1, steps } as unknown as RecipeContent;
}

test("a step is called otherwise wherever the schema says that a step is named", () => {
  const before = {
    ...recipe(
      { name: "width", tool: { type: "formula", formula: null, unit: "width" }, taught: "width" },
      {
        name: "gap",
        tool: { type: "distance", a: "width.left", b: "width[2].left", way: "width" },
      },
      {
        name: "then",
        tool: { type: "distance", a: "widths.left", b: null },
        fixture: "width",
        run_if: { step: "width", outcome: "found" },
        matches: { text: { rule: "reading", of: "width" }, more: { rule: "text", text: "width" } },
      },
    ),
    classes: [{ step: "width", measure: "width" }],
  };
  const after = renamed(before, "width", "pin 3", schema);
  expect(after.name).toBe("width");
  expect(after.steps[0]).toEqual({ ...before.steps[0], name: "pin 3" });
  expect(after.steps[1]?.tool).toEqual({
    type: "distance",
    a: "pin 3.left",
    b: "pin 3[2].left",
    way: "width",
  });
  expect(after.steps[2]).toEqual({
    name: "then",
    tool: { type: "distance", a: "widths.left", b: null },
    fixture: "pin 3",
    run_if: { step: "pin 3", outcome: "found" },
    matches: { text: { rule: "reading", of: "pin 3" }, more: { rule: "text", text: "width" } },
  });
  expect(after.classes).toEqual([{ step: "pin 3", measure: "width" }]);
});

test.each([
  ["width", "{pin 3}"],
  ["width.width / 2", "{pin 3.width} / 2"],
  ["abs({width.width} - widths) + width[2].x", "abs({pin 3.width} - widths) + {pin 3[2].x}"],
  ["text(width, 2) + \"width\" + 'width'", "text({pin 3}, 2) + \"width\" + 'width'"],
  ["width(1) + 1e5", "width(1) + 1e5"],
  ["other.width", "other.width"],
])("in a formula: %s", (formula, wanted) => {
  const content = recipe({ name: "sum", tool: { type: "formula", formula } });
  expect(renamed(content, "width", "pin 3", schema).steps[0]?.tool.formula).toBe(wanted);
});
