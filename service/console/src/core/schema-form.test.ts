import { beforeAll, expect, test } from "vitest";
import { boundsWords, fieldsOf, parsed, type Schema } from "./schema-form";
import { speak } from "./texts";

const schema: Schema = {
  type: "object",
  $defs: { Side: { type: "string", enum: ["left", "right"], title: "Side" } },
  properties: {
    type: { const: "caliper", type: "string" },
    side: { $ref: "#/$defs/Side", default: "left", description: "Where it is" },
    width_px: { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }], default: null },
    level_grey: { type: "number", minimum: 0, maximum: 255, default: 12, title: "Level Grey" },
    count: { type: "integer", minimum: 1 },
    on: { type: "boolean", default: true },
    name: { type: "string", minLength: 1, maxLength: 4, pattern: "^[a-z]*$" },
    hosts: { type: "array", items: { type: "string" }, default: [] },
  },
};

beforeAll(() => speak("en"));

const field = (name: string) => {
  const found = fieldsOf(schema).find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
};

test("fields have a title, a unit, and a kind; a constant is none", () => {
  expect(fieldsOf(schema).map(({ title, unit, kind }) => [title, unit, kind])).toEqual([
    ["Side", "", "choice"],
    ["Width", "px", "number"],
    ["Level", "grey", "number"],
    ["Count", "", "integer"],
    ["On", "", "boolean"],
    ["Name", "", "text"],
    ["Hosts", "", "list"],
  ]);
  expect(field("side")).toMatchObject({ initial: "left", help: "Where it is" });
});

test("bounds are said in words", () => {
  expect(boundsWords(field("level_grey"))).toBe("0 … 255");
  expect(boundsWords(field("width_px"))).toBe("above 0");
  expect(boundsWords(field("count"))).toBe("at least 1");
  expect(boundsWords(field("name"))).toBe("");
});

test.each([
  ["width_px", "", { value: null }],
  ["width_px", "2,5", { value: 2.5 }],
  ["width_px", "0", { problem: "Above 0." }],
  ["level_grey", "256", { problem: "At most 255." }],
  ["level_grey", "", { problem: "This is needed." }],
  ["count", "1.5", { problem: "Whole numbers only." }],
  ["count", "x", { problem: expect.stringContaining("no number") }],
  ["name", "", { problem: "This is needed." }],
  ["name", "abcde", { problem: "At most 4 characters." }],
  ["name", "A", { problem: expect.stringContaining("^[a-z]*$") }],
  ["name", "ab", { value: "ab" }],
])("%s of %j", (name, typed, expected) => {
  expect(parsed(field(name), typed)).toEqual(expected);
});
