/** What is done to the steps of the draft. */
import { batch } from "@preact/signals";
import { freeName, renamed, reordered, type Step, type ToolEntry, withStep } from "../core/recipe";
import { draft, edit, selected, steps } from "./draft";
import { selectStep } from "./regions";
import { recipeSchema, toolOf, toolTitle } from "./tools";

/** A step with a tool as it is by default, after the selected one; it becomes the selected one. */
export function addStep(type: string): void {
  const info = toolOf(type);
  const name = freeName(toolTitle(type).toLowerCase(), steps.value);
  const at = steps.value.findIndex((step) => step.name === selected.value);
  const step: Step = {
    name,
    tool: defaultsOf(type),
    regions: [],
    masks: [],
    fixture: info?.locates ? null : (nearestFixture(at) ?? null),
    ...(info?.lessons?.needed && { taught: freeLesson(type) }),
    limits: {},
  };
  batch(() => {
    edit((content) => ({
      ...content,
      steps: content.steps.toSpliced(at < 0 ? content.steps.length : at + 1, 0, step),
    }));
    selectStep(name);
  });
}

export function removeStep(name: string): void {
  const at = steps.value.findIndex((step) => step.name === name);
  batch(() => {
    edit((content) => ({ ...content, steps: content.steps.filter((step) => step.name !== name) }));
    const next = steps.value[Math.min(at, steps.value.length - 1)];
    if (next) selectStep(next.name);
    else selected.value = null;
  });
}

export function duplicateStep(name: string): void {
  const at = steps.value.findIndex((step) => step.name === name);
  const source = steps.value[at];
  if (!source) return;
  const copy: Step = { ...source, name: freeName(name, steps.value), slot: null };
  batch(() => {
    edit((content) => ({ ...content, steps: content.steps.toSpliced(at + 1, 0, copy) }));
    selectStep(copy.name);
  });
}

/** Up or down in the list, which is the order they are shown and judged in. */
export function moveStep(name: string, by: -1 | 1): void {
  const at = steps.value.findIndex((step) => step.name === name);
  edit((content) => ({ ...content, steps: reordered(content.steps, at, at + by) }));
}

/** Returns what is wrong with the name; "" = it is called so now, or as before where nobody knows who names it. */
export function renameStep(from: string, to: string): "taken" | "empty" | "" {
  const name = to.trim();
  if (name === from) return "";
  if (!name) return "empty";
  if (steps.value.some((step) => step.name === name)) return "taken";
  const schema = recipeSchema.value;
  if (!schema) return "";
  batch(() => {
    edit((content) => renamed(content, from, name, schema), { join: `rename ${from}` });
    if (selected.value === from) selected.value = name;
  });
  return "";
}

/** A step that is off is kept and not run; one that is on does not say so. */
export function switchStep(name: string): void {
  edit((content) =>
    withStep(content, name, ({ enabled = true, ...step }) =>
      enabled ? { ...step, enabled: false } : step,
    ),
  );
}

export function changeStep(name: string, change: Partial<Step>, join?: string): void {
  edit(
    (content) => ({
      ...content,
      steps: content.steps.map((step) => (step.name === name ? { ...step, ...change } : step)),
    }),
    join === undefined ? {} : { join },
  );
}

/** The step before or after the selected one; round from the end to the beginning. */
export function selectNext(by: -1 | 1): void {
  const at = steps.value.findIndex((step) => step.name === selected.value);
  const next = steps.value.at((at + by) % Math.max(1, steps.value.length));
  if (next) selectStep(next.name);
}

/** A name for what a new step is to learn, under which nothing was learned yet. */
function freeLesson(type: string): string {
  const taken = new Set(steps.value.map(({ taught }) => taught));
  const learned = (draft.value?.taught ?? {}) as Readonly<Record<string, unknown>>;
  for (let i = 1; ; i++) {
    const name = i === 1 ? type : `${type}-${i}`; // a folder is called so
    if (!taken.has(name) && !(name in learned)) return name;
  }
}

function defaultsOf(type: string): ToolEntry {
  return { type };
}

/** The locating step that the steps before move with: a new one will, too. */
function nearestFixture(at: number): string | undefined {
  const before = at < 0 ? steps.value : steps.value.slice(0, at + 1);
  return before.findLast(({ tool }) => toolOf(tool.type)?.locates)?.name;
}
