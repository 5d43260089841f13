/**
 * The draft judged on the image that is shown, also while it is being edited: one request in flight, and after it
 * the newest content, so that the last result belongs to the last edit.
 */
import { computed, effect, signal } from "@preact/signals";
import { Problem, type ProblemItem, post } from "../core/api";
import type { Judgement, Overlay } from "../core/contract";
import type { RecipeContent, Step } from "../core/recipe";
import type { Pose } from "../core/regions/pose";
import { text } from "../core/texts";
import { draft, found } from "./draft";
import { type ImageSource, shownImage } from "./images";
import { toolOf } from "./tools";

interface TrialStep {
  readonly name: string;
  readonly judgement: Judgement;
  readonly message: string;
  readonly values: readonly {
    readonly name: string;
    readonly value: number | null;
    readonly unit: string;
  }[];
}

export interface Trial {
  readonly judgement: Judgement;
  readonly steps: readonly TrialStep[];
  readonly overlays: readonly Overlay[];
  readonly poses: Readonly<Record<string, unknown>>;
  readonly ms: number;
  readonly problems: readonly ProblemItem[];
}

interface Wanted {
  readonly content: RecipeContent;
  readonly image: ImageSource;
  readonly key: string; // of the image
}

/** What came of it, and of what. */
export interface Tried {
  readonly answer: Trial;
  readonly content: RecipeContent;
  readonly key: string;
}

export const tried = signal<Tried | null>(null);
export const trialTrouble = signal("");
export const showFound = signal(true);
/** By step: the measure whose value is shown and limited; left out: the first that has limits, else the main one. */
export const counted = signal<Readonly<Record<string, string>>>({});

/** The newest result over the image that is shown. */
export const trial = computed(() =>
  tried.value && tried.value.key === shownImage.value?.key ? tried.value.answer : null,
);
/** Whether it is that of the content as it is now. */
export const fresh = computed(() => tried.value?.content === draft.value && trial.value !== null);
export const overlays = computed<readonly Overlay[]>(() => trial.value?.overlays ?? []);

export function rowOf(step: string): TrialStep | null {
  return trial.value?.steps.find(({ name }) => name === step) ?? null;
}

/** The value that counts of a step, on the image that is shown. */
export function countedValue(step: Step): TrialStep["values"][number] | null {
  const wanted = measureOf(step);
  return rowOf(step.name)?.values.find(({ name }) => name === wanted) ?? null;
}

/** Where a locating step found the part; null: it did not, or nothing was tried. */
export function poseOf(fixture: string | null): Pose | null {
  if (fixture === null) return null;
  return (trial.value?.poses[fixture] as Pose | undefined) ?? null;
}

/** The measure whose value is shown and limited. */
export function measureOf(step: Step): string {
  const known = toolOf(step.tool.type)?.measures ?? [];
  const chosen = counted.value[step.name];
  if (chosen && known.some(({ name }) => name === chosen)) return chosen;
  const [limited] = Object.keys(step.limits ?? {});
  return limited ?? known.find(({ main }) => main)?.name ?? known[0]?.name ?? "";
}

let wanted: Wanted | null = null;
let running = false;

/** Try whatever is edited or shown from now on; returns what ends that. */
export function watchTrial(): () => void {
  const stop = effect(() => {
    const [content, image] = [draft.value, shownImage.value];
    wanted = content && image ? { content, image: image.source, key: image.key } : null;
    if (wanted) void run();
  });
  return () => {
    stop();
    wanted = null;
    tried.value = null;
  };
}

async function run(): Promise<void> {
  if (running) return;
  running = true;
  while (wanted) {
    const now: Wanted = wanted;
    wanted = null;
    await once(now);
  }
  running = false;
}

async function once({ content, image, key }: Wanted): Promise<void> {
  try {
    const answer = await post<Trial>("trials", { recipe: content, image });
    tried.value = { answer, content, key };
    trialTrouble.value = "";
    if (content === draft.value) found(answer.problems);
  } catch (error) {
    trialTrouble.value = error instanceof Problem ? error.message : text("teach.no_answer");
    if (error instanceof Problem && content === draft.value) found(error.errors);
  }
}
