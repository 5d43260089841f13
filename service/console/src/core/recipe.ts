/** A recipe as its file writes it (`GET /recipes/schema`), as far as the console edits it; the rest is kept as it is. */
import type { Region } from "./regions/region";
import type { Schema } from "./schema-form";
import { renamedIn } from "./step-names";

export interface Limit {
  readonly low?: number | null;
  readonly high?: number | null;
  readonly warn_low?: number | null;
  readonly warn_high?: number | null;
  readonly nominal?: number | null;
  readonly gain?: number;
  readonly offset?: number;
}

/** A tool with its parameters. */
export type ToolEntry = Readonly<Record<string, unknown>> & { readonly type: string };

export interface RunIf {
  readonly step: string;
  readonly outcome: "passed" | "failed" | "found";
}

export interface Step {
  readonly name: string;
  readonly tool: ToolEntry;
  readonly group?: string | null;
  readonly shot?: string | null;
  readonly regions?: readonly Region[];
  readonly masks?: readonly Region[];
  readonly fixture?: string | null;
  readonly preprocessing?: readonly Readonly<Record<string, unknown>>[];
  readonly taught?: string | null;
  readonly slot?: number | null;
  readonly reject_class?: number;
  readonly weight?: number;
  readonly time_limit_ms?: number | null;
  readonly not_found?: "fail" | "error" | "pass";
  readonly run_if?: RunIf | null;
  readonly limits?: Readonly<Record<string, Limit>>;
  readonly matches?: Readonly<Record<string, unknown>>;
  readonly enabled?: boolean; // left out: it is on
}

export interface RecipeContent {
  readonly job: number;
  readonly name: string;
  readonly version: number;
  readonly description?: string;
  readonly steps: readonly Step[];
  readonly [field: string]: unknown;
}

/** The content with one of its steps changed. */
export function withStep<C extends RecipeContent>(
  content: C,
  name: string,
  change: (step: Step) => Step,
): C {
  const steps = content.steps.map((step) => (step.name === name ? change(step) : step));
  return { ...content, steps };
}

/** A name that no step has yet: "width", "width 2", … */
export function freeName(wanted: string, steps: readonly Step[]): string {
  const taken = new Set(steps.map(({ name }) => name));
  if (!taken.has(wanted)) return wanted;
  const bare = wanted.replace(/ \d+$/, "");
  for (let i = 2; ; i++) if (!taken.has(`${bare} ${i}`)) return `${bare} ${i}`;
}

/** The content with a step called otherwise, wherever the recipe's schema says that a step is named. */
export function renamed<C extends RecipeContent>(
  content: C,
  from: string,
  to: string,
  schema: Schema,
): C {
  const other = (name: string) => (name === from ? to : name);
  const named = renamedIn(content, schema, schema, other);
  return { ...named, steps: named.steps.map((step) => ({ ...step, name: other(step.name) })) };
}

/** The steps with one of them moved to another place. */
export function reordered(steps: readonly Step[], from: number, to: number): readonly Step[] {
  const step = steps[from];
  if (!step || to < 0 || to >= steps.length) return steps;
  return steps.toSpliced(from, 1).toSpliced(to, 0, step);
}
