/** The limit of the measure that counts, in the draft: each move is one step that can be undone. */
import { type Limit, type Side, withEnd } from "../../core/limits/limit";
import { type RecipeContent, type Step, withStep } from "../../core/recipe";
import { edit, settle } from "../draft";

export function limitOf(step: Step, measure: string): Limit {
  return step.limits?.[measure] ?? {};
}

/** Moves of one grip belong together, until `settle` or half a second passes. */
export function moveEnd(
  step: Step,
  measure: string,
  side: Side,
  value: number | null,
  held = false,
): void {
  const limit = withEnd(limitOf(step, measure), side, value);
  edit((content) => withLimit(content, step.name, measure, limit), {
    join: `limit ${step.name} ${measure} ${side}`,
    held,
  });
}

export function setLimit(step: Step, measure: string, limit: Limit, join?: string): void {
  edit(
    (content) => withLimit(content, step.name, measure, limit),
    join === undefined ? {} : { join: `limit ${step.name} ${measure} ${join}` },
  );
}

export interface Proposed {
  readonly step: string;
  readonly measure: string;
  readonly low: number | null;
  readonly high: number | null;
}

/** All at once: one undo takes them back. */
export function takeProposals(proposals: readonly Proposed[]): void {
  settle();
  edit((content) =>
    proposals.reduce((changed, { step, measure, low, high }) => {
      const before = changed.steps.find(({ name }) => name === step)?.limits?.[measure] ?? {};
      const limit = withEnd(withEnd(before, "low", low), "high", high);
      return withLimit(changed, step, measure, limit);
    }, content),
  );
}

function withLimit(
  content: RecipeContent,
  step: string,
  measure: string,
  limit: Limit,
): RecipeContent {
  return withStep(content, step, (now) => ({
    ...now,
    limits: { ...now.limits, [measure]: limit },
  }));
}
