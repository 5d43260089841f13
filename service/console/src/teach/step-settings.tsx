import type { Step } from "../core/recipe";
import { text } from "../core/texts";
import { SchemaForm } from "../parts/form/schema-form";
import { may } from "../session";
import { problems } from "./draft";
import { offered } from "./references";
import { changeStep } from "./steps";
import css from "./teach.module.css";
import { recipeSchema } from "./tools";

/** What is set on the step rather than on its tool; the rest has places of its own. */
const SHOWN = new Set([
  "fixture",
  "run_if",
  "not_found",
  "slot",
  "reject_class",
  "shot",
  "weight",
  "time_limit_ms",
]);

/** With what the step moves, when it runs, and what the PLC reads of it. */
export function StepSettings({ step, index }: { step: Step; index: number }) {
  const root = recipeSchema.value;
  const schema = root?.$defs?.Step;
  if (!root || !schema) return null;
  return (
    <details class={css.part}>
      <summary>{text("teach.more_settings")}</summary>
      <SchemaForm
        schema={offered(schema, step)}
        root={root}
        values={step as unknown as Readonly<Record<string, unknown>>}
        pointer={`/steps/${index}`}
        problems={problems.value}
        disabled={!may("recipes")}
        show={({ name }) => SHOWN.has(name)}
        onChange={(name, value) =>
          changeStep(step.name, { [name]: value }, `setting ${step.name} ${name}`)
        }
      />
    </details>
  );
}
