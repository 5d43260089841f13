/** What a form needs of a JSON Schema: its fields, their units and bounds, and what is wrong with what was typed. */
import { number } from "./format";
import { text } from "./texts";

/** The parts of a JSON Schema that our models use. */
export interface Schema {
  type?: string;
  title?: string;
  "x-title"?: string; // in the reader's language: shown as it is
  "x-options"?: Readonly<Record<string, string>>; // words of the choices
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  required?: readonly string[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  $ref?: string;
  $defs?: Readonly<Record<string, Schema>>;
}

export type Kind =
  | "number"
  | "integer"
  | "boolean"
  | "choice"
  | "text"
  | "list"
  | "object"
  | "json";

export interface Field {
  name: string;
  title: string;
  help: string;
  unit: string; // "" = none
  kind: Kind;
  schema: Schema; // resolved; of a field that may be unset, without the null
  optional: boolean; // null is a value of it
  initial: unknown; // the default; undefined = there is none
  options: readonly unknown[]; // of a choice
}

const UNITS: Readonly<Record<string, string>> = {
  px: "px",
  mm: "mm",
  deg: "°",
  grey: "grey",
  us: "µs",
  ms: "ms",
  s: "s",
  h: "h",
  days: "d",
  db: "dB",
  mb: "MB",
  gb: "GB",
  percent: "%",
  hz: "Hz",
  fps: "1/s",
};

/** The schema that a $ref means, with what stands beside it. */
export function resolved(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace("#/$defs/", "");
  const meant = name === undefined ? undefined : root.$defs?.[name];
  const whole = meant ? { ...resolved(meant, root), ...schema } : schema;
  const [only] = whole.allOf ?? [];
  return only && whole.allOf?.length === 1 ? { ...resolved(only, root), ...whole } : whole;
}

/** The fields of an object's schema in their order; a constant is none. */
export function fieldsOf(schema: Schema, root: Schema = schema): Field[] {
  return Object.entries(resolved(schema, root).properties ?? {})
    .map(([name, each]) => fieldOf(name, each, root))
    .filter(({ schema }) => schema.const === undefined);
}

export function fieldOf(name: string, given: Schema, root: Schema): Field {
  const whole = resolved(given, root);
  const { variants, optional } = withoutNull(whole);
  const only = variants.length === 1 && variants[0] ? resolved(variants[0], root) : undefined;
  const schema = only ? { ...only, ...described(whole) } : whole;
  const unit = UNITS[name.split("_").at(-1) ?? ""] ?? "";
  return {
    name,
    title: titleOf(name, schema, unit),
    help: (schema.description ?? "").replaceAll("\n", " ").replaceAll("``", ""),
    unit,
    kind: kindOf(schema, variants.length),
    schema,
    optional,
    initial: whole.default,
    options: schema.enum ?? [],
  };
}

/** What lies within the bounds, in words; "" = no bounds. */
export function boundsWords({ schema }: Field): string {
  const said = (value: number) => number(value, Number.isInteger(value) ? 0 : 3);
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const high = schema.maximum ?? schema.exclusiveMaximum;
  if (low !== undefined && high !== undefined) {
    return text("form.bounds", { low: said(low), high: said(high) });
  }
  if (schema.minimum !== undefined) return text("form.at_least", { low: said(schema.minimum) });
  if (schema.exclusiveMinimum !== undefined) {
    return text("form.above", { low: said(schema.exclusiveMinimum) });
  }
  if (schema.maximum !== undefined) return text("form.at_most", { high: said(schema.maximum) });
  if (schema.exclusiveMaximum !== undefined) {
    return text("form.below", { high: said(schema.exclusiveMaximum) });
  }
  return "";
}

/** What was typed as a value, or why it is none; an empty optional field is null. */
export function parsed(field: Field, typed: string): { value: unknown } | { problem: string } {
  const trimmed = typed.trim();
  if (trimmed === "" && field.optional) return { value: null };
  switch (field.kind) {
    case "number":
    case "integer": {
      const value = Number(trimmed.replaceAll(/[\s\u202f\u00a0]/g, "").replace(",", "."));
      if (trimmed === "") return { problem: text("form.needed") };
      if (!Number.isFinite(value)) return { problem: text("form.no_number") };
      if (field.kind === "integer" && !Number.isInteger(value)) {
        return { problem: text("form.no_whole") };
      }
      const problem = outside(field.schema, value);
      return problem ? { problem } : { value };
    }
    case "json":
    case "object":
      try {
        return { value: JSON.parse(typed) };
      } catch (error) {
        return { problem: text("form.json", { reason: String(error) }) };
      }
    default: {
      const problem = textProblem(field.schema, typed);
      return problem ? { problem } : { value: typed };
    }
  }
}

/** What a choice is called. */
export function optionWords({ schema }: Field, option: string): string {
  return schema["x-options"]?.[option] ?? option.replaceAll("_", " ");
}

/** A value as it stands in its field: numbers in the reader's notation, without thousands. */
export function typedOf(field: Field, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (field.kind === "json" || field.kind === "object") return JSON.stringify(value, null, 1);
  return String(value);
}

export function sameValue(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

function withoutNull(schema: Schema): { variants: readonly Schema[]; optional: boolean } {
  const all = schema.anyOf ?? [];
  const variants = all.filter(({ type }) => type !== "null");
  return { variants, optional: variants.length < all.length };
}

/** Of a field with variants, what is said of the field itself. */
function described({ title, description, ...more }: Schema): Schema {
  const said = more["x-title"];
  return {
    ...(said === undefined ? {} : { "x-title": said }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
}

function titleOf(name: string, schema: Schema, unit: string): string {
  if (schema["x-title"]) return schema["x-title"];
  const { title } = schema;
  const words = (title ?? name).replaceAll("_", " ").split(" ");
  if (unit && words.length > 1 && words.at(-1)?.toLowerCase() === name.split("_").at(-1)) {
    words.pop();
  }
  const said = words.join(" ").toLowerCase();
  return said.charAt(0).toUpperCase() + said.slice(1);
}

function kindOf(schema: Schema, variants: number): Kind {
  if (schema.enum) return "choice";
  if (variants > 1 || schema.oneOf) return "json";
  switch (schema.type) {
    case "number":
    case "integer":
    case "boolean":
      return schema.type;
    case "string":
      return "text";
    case "array":
      return schema.items && ["string", "number", "integer"].includes(schema.items.type ?? "")
        ? "list"
        : "json";
    case "object":
      return schema.properties ? "object" : "json";
    default:
      return "json";
  }
}

function outside(schema: Schema, value: number): string {
  const said = (limit: number) => String(limit);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && value < minimum) return text("form.too_low", { low: said(minimum) });
  if (maximum !== undefined && value > maximum) {
    return text("form.too_high", { high: said(maximum) });
  }
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    return sentence(text("form.above", { low: said(exclusiveMinimum) }));
  }
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) {
    return sentence(text("form.below", { high: said(exclusiveMaximum) }));
  }
  return "";
}

function textProblem(schema: Schema, typed: string): string {
  if (typed.length < (schema.minLength ?? 0)) return text("form.needed");
  if (schema.maxLength !== undefined && typed.length > schema.maxLength) {
    return text("form.too_long", { count: schema.maxLength });
  }
  if (schema.pattern !== undefined && !fits(schema.pattern, typed)) {
    return text("form.pattern", { pattern: schema.pattern });
  }
  return "";
}

/** A pattern that this browser does not know is left to the station. */
function fits(pattern: string, typed: string): boolean {
  try {
    return new RegExp(pattern, "u").test(typed);
  } catch {
    return true;
  }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
