import type { Step, ToolEntry } from "../core/recipe";
import type { Schema } from "../core/schema-form";
import { text } from "../core/texts";
import { SchemaForm } from "../parts/form/schema-form";
import { may } from "../session";
import { problems } from "./draft";
import { offered } from "./references";
import { changeStep } from "./steps";
import css from "./teach.module.css";
import { toolOf } from "./tools";

/** The tool's parameters, from its schema. */
export function Parameters({ step, index }: { step: Step; index: number }) {
  const tool = toolOf(step.tool.type);
  if (!tool) return null;
  const schema = offered(tool.parameters as Schema, step);
  if (!Object.keys(schema.properties ?? {}).some((name) => name !== "type")) return null;
  return (
    <section class={css.part} aria-label={text("teach.parameters")}>
      <h3>{text("teach.parameters")}</h3>
      <SchemaForm
        schema={schema}
        values={step.tool}
        pointer={`/steps/${index}/tool`}
        problems={problems.value}
        disabled={!may("recipes")}
        onChange={(name, value) =>
          changeStep(
            step.name,
            { tool: { ...step.tool, [name]: value } as ToolEntry },
            `parameter ${step.name} ${name}`,
          )
        }
      />
    </section>
  );
}
