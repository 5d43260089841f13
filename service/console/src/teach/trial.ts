/**
 * The draft judged on the image that is shown, also while it is being edited: one request in flight, and after it
 * the newest content, so that the last result belongs to the last edit.
 */
import { computed, effect, signal } from "@preact/signals";
import { Problem, post } from "../core/api";
import type { Overlay, Trial, TrialStep } from "../core/contract";
import { baseOf, byMargin } from "../core/instances";
import type { RecipeContent, Step } from "../core/recipe";
import type { Pose } from "../core/regions/pose";
import { text } from "../core/texts";
import { may } from "../session";
import { draft, found, job } from "./draft";
import { type ImageSource, shownImage } from "./images";
import { toolOf } from "./tools";

interface Wanted {
  readonly job: number;
  readonly content: RecipeContent;
  readonly image: ImageSource;
  readonly key: string; // of the image
}

/** What came of it, and of what. */
interface Tried {
  readonly answer: Trial;
  readonly content: RecipeContent;
  readonly key: string;
}

type Measured = TrialStep["measurements"][number];

/** Of this page: of its requests that wait the station does the newest alone. */
const CLIENT = crypto.randomUUID?.() ?? String(Math.random());

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

/** Of a step that repeats the worst of its instances. */
export function rowOf(step: string): TrialStep | null {
  const rows = trial.value?.steps.filter((row) => baseOf(row) === step) ?? [];
  if (rows.length < 2) return rows[0] ?? null;
  const rank = { FAIL: 0, ERROR: 1, PASS: 2 };
  const worst = Math.min(...rows.map(({ judgement }) => rank[judgement]));
  const of = byMargin(rows.filter(({ judgement }) => rank[judgement] === worst))[0];
  return rows.find((row) => row === of) ?? null;
}

/** The value that counts of a step, on the image that is shown. */
export function countedValue(step: Step): Measured | null {
  const wanted = measureOf(step);
  return rowOf(step.name)?.measurements.find(({ name }) => name === wanted) ?? null;
}

/** Where a locating step found the part: from the taught px to those of this image; null: it did not, or nobody knows. */
export function poseOf(fixture: string | null): Pose | null {
  const located = fixture === null ? null : rowOf(fixture)?.located;
  if (!located) return null;
  const [a, b, c, d, e, f] = located;
  return [
    [a, b, c],
    [d, e, f],
  ];
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
    const [number, content, image] = [job.value, draft.value, shownImage.value];
    if (number === null || !content || !image || !may("recipes")) return;
    wanted = { job: number, content, image: image.source, key: image.key };
    void run();
  });
  return () => {
    stop();
    wanted = null;
    tried.value = null;
    trialTrouble.value = "";
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

async function once({ job: number, content, image, key }: Wanted): Promise<void> {
  try {
    const answer = await post<Trial>("trials", {
      job: number,
      recipe: content,
      image,
      client: CLIENT,
    });
    if (answer.superseded || job.value !== number) return;
    tried.value = { answer, content, key };
    trialTrouble.value = "";
    if (content === draft.value) found(answer.faults);
  } catch (error) {
    if (job.value !== number) return;
    trialTrouble.value = error instanceof Problem ? error.message : text("teach.no_answer");
    if (error instanceof Problem && content === draft.value) found(error.errors);
  }
}
