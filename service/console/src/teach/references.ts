/** What a parameter that names another step's feature may name. */
import type { Step } from "../core/recipe";
import type { Schema } from "../core/schema-form";
import { steps } from "./draft";
import { toolOf } from "./tools";

type Marked = Schema & { readonly "x-ref"?: string };

/** The schema with the names that fit as choices, for this step. */
export function offered(schema: Schema, step: Step): Schema {
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [name, choices(field, step)]),
  );
  return { ...schema, properties };
}

function choices(field: Marked, step: Step): Schema {
  if (field.anyOf) return { ...field, anyOf: field.anyOf.map((one) => choices(one, step)) };
  const kind = field["x-ref"];
  if (kind === undefined) return field;
  const names = namesOf(kind, step);
  return names.length ? { ...field, enum: names } : field;
}

/** Of features and readings as `step.name`, of steps their names. */
function namesOf(kind: string, own: Step): string[] {
  const others = steps.value.filter(({ name }) => name !== own.name);
  if (kind === "Step") return others.map(({ name }) => name);
  if (kind === "locates") {
    return others.filter(({ tool }) => toolOf(tool.type)?.locates).map(({ name }) => name);
  }
  return others.flatMap(({ name, tool }) =>
    (toolOf(tool.type)?.gives ?? [])
      .filter((given) => given.kind === kind)
      .map((given) => `${name}.${given.name}`),
  );
}
