/** Where a recipe names its steps: in the fields of which its schema says so (`x-ref`), and nowhere else. */
import { resolved, type Schema } from "./schema-form";

type Marked = Schema & { readonly "x-ref"?: string };
type Rename = (step: string) => string;

const NO_STEP = new Set(["Group", "Shot", "Taught"]);
const REFERENCE = /^([^.[]*)(.*)$/s; // step, step.name, step[i], step[i].name
/** A formula's words, as the station reads them: numbers and texts are passed over, `name(` is a function. */
const WORD =
  /((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|"(?:[^"]|"")*"|'(?:[^']|'')*')|\{([^{}]*)\}|([\p{L}_][\p{L}\p{N}_]*(?:\[\d+\])?(?:\.[\p{L}_][\p{L}\p{N}_]*(?:\[\d+\])?)?)(?!\s*\()/giu;

/** A value of this schema with its steps called otherwise; the very value where none is. */
export function renamedIn<T>(value: T, schema: Schema, root: Schema, rename: Rename): T {
  return walked(value, schema, root, rename) as T;
}

function walked(value: unknown, given: Schema, root: Schema, rename: Rename): unknown {
  if (value === null || value === undefined) return value;
  const schema = variantOf(value, given, root);
  const kind = schema["x-ref"];
  if (typeof value === "string") {
    if (kind === undefined || NO_STEP.has(kind)) return value;
    return kind === "Expression" ? inFormula(value, rename) : inReference(value, rename);
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return items
      ? same(
          value,
          value.map((one) => walked(one, items, root, rename)),
        )
      : value;
  }
  if (typeof value !== "object") return value;
  const more = typeof schema.additionalProperties === "object" ? schema.additionalProperties : null;
  const before = value as Readonly<Record<string, unknown>>;
  const after = Object.entries(before).map(([name, one]) => {
    const of = schema.properties?.[name] ?? more;
    return [name, of ? walked(one, of, root, rename) : one] as const;
  });
  return after.every(([name, one]) => one === before[name]) ? value : Object.fromEntries(after);
}

/** Of several schemas the one that the value's constants (`type`, `kind`, `rule`) tell, else the first that is not null. */
function variantOf(value: unknown, given: Schema, root: Schema): Marked {
  const schema = resolved(given, root);
  const all = (schema.anyOf ?? schema.oneOf)?.map((one) => variantOf(value, one, root));
  if (!all) return schema;
  const some = all.filter(({ type }) => type !== "null");
  return some.find((one) => fits(value, one)) ?? some[0] ?? schema;
}

function fits(value: unknown, { properties, type }: Schema): boolean {
  if (typeof value !== "object" || value === null) return type === typeof value;
  return (
    properties !== undefined &&
    Object.entries(properties).every(
      ([name, one]) =>
        one.const === undefined || (value as Record<string, unknown>)[name] === one.const,
    )
  );
}

function inReference(reference: string, rename: Rename): string {
  const [, step = "", rest = ""] = REFERENCE.exec(reference) ?? [];
  return rename(step) + rest;
}

/** What is renamed stands in braces: a name may have spaces and signs. */
function inFormula(formula: string, rename: Rename): string {
  return formula.replace(WORD, (whole, passed?: string, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    if (passed !== undefined || name === undefined) return whole;
    const renamed = inReference(name, rename);
    return renamed === name ? whole : `{${renamed}}`;
  });
}

function same(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((one, i) => one === before[i]) ? before : after;
}
