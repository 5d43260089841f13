/**
 * What the draft's steps measure over many images: inspections that were labelled, and the newest that are
 * stored. Measured beside the line by the saved draft; limits change nothing of it, everything else makes it old.
 */
import { computed, signal } from "@preact/signals";
import { apiAddress, get, post, remove } from "../../core/api";
import type { Evaluation, EvaluationResult, ResultPage } from "../../core/contract";
import { measuredBy, seenOf } from "../../core/limits/gathered";
import type { Label, Seen } from "../../core/limits/limit";
import { reasonsOf } from "../../core/told-wrong";
import { dirty, draft, job, save, saved } from "../draft";
import type { ImageSource } from "../images";
import { fetchSet, labelOf, teachingSet } from "../labels/labelling";

const STORED = 60; // of the newest
const EVERY_MS = 400;

export interface SeenImage extends Seen {
  readonly image: Member;
}

/** An image that is measured. */
export interface Member {
  readonly key: string;
  readonly source: ImageSource;
  readonly title: string;
  readonly small: string; // address of a thumbnail
  readonly told: Label; // as it was when it was measured
}

interface Gathered {
  readonly job: number;
  readonly by: string; // see `measuredBy`
  readonly members: readonly Member[];
  readonly result: EvaluationResult;
}

const gathered = signal<Gathered | null>(null);
export const gathering = signal<{ done: number; total: number } | null>(null);
export const gatherTrouble = signal<readonly string[]>([]);

/** Null: nothing was measured of this recipe. */
export const measured = computed(() => (gathered.value?.job === job.value ? gathered.value : null));
/** Something but limits was changed since. */
export const old = computed(
  () =>
    measured.value !== null &&
    draft.value !== null &&
    measured.value.by !== measuredBy(draft.value),
);

export function seenBy(step: string, measure: string): SeenImage[] {
  const now = measured.value;
  if (!now) return [];
  const images = now.result.images.flatMap((one) => {
    const image = now.members[placeOf(one.image)];
    return image ? [{ one, image }] : [];
  });
  return images.flatMap(({ one, image }) => {
    const label = labelOf({ ...image, path: "", judgement: null }) ?? image.told;
    return seenOf([one], step, measure, () => label).map((seen) => ({ ...seen, image }));
  });
}

/** Measure with the draft as it is now; it is saved before. */
export async function gather(): Promise<void> {
  const number = job.value;
  if (number === null || gathering.value) return;
  gathering.value = { done: 0, total: 0 };
  gatherTrouble.value = [];
  try {
    if (dirty.value && !(await save())) return;
    const content = draft.value;
    const members = await membersOf(number);
    if (!content || members.length === 0) return;
    const result = await evaluated(number, members);
    if (result) gathered.value = { job: number, by: measuredBy(content), members, result };
  } catch (problem) {
    gatherTrouble.value = reasonsOf(problem);
  } finally {
    gathering.value = null;
  }
}

let running = 0; // number of the evaluation

/** What was measured so far is lost; the station has ended it when this is done. */
export async function stopGathering(): Promise<void> {
  if (running) await remove(`evaluations/${running}`).catch(() => undefined); // it has ended by itself
}

async function evaluated(
  number: number,
  members: readonly Member[],
): Promise<EvaluationResult | null> {
  const images = members.map(({ source, told }) => ({ image: source, label: told }));
  const version = saved.value?.draft ? "draft" : "production";
  let now = await post<Evaluation>("evaluations", { job: number, version, images });
  running = now.number;
  try {
    while (now.state === "running") {
      gathering.value = { done: now.done, total: now.total };
      await new Promise((later) => setTimeout(later, EVERY_MS));
      now = await get<Evaluation>(`evaluations/${now.number}`);
    }
    if (now.state === "cancelled") return null;
    if (now.state === "failed") throw new Error((now.problems ?? []).join(" "));
    return await get<EvaluationResult>(`evaluations/${now.number}/result`);
  } finally {
    running = 0;
  }
}

async function membersOf(number: number): Promise<Member[]> {
  await fetchSet();
  const labelled = teachingSet.value.map((one): Member => {
    const whole = one.labels[""] ?? Object.values(one.labels)[0];
    return {
      key: `teaching ${one.file}`,
      source: sourceOf(one),
      title: one.origin,
      small: apiAddress(`recipes/${number}/teaching/${one.file}`),
      told: whole === "good" ? "good" : "bad",
    };
  });
  const taken = new Set(teachingSet.value.map(({ origin }) => origin));
  const stored = (await get<ResultPage>(`inspections?job=${number}&limit=${STORED}`)).items
    .filter((one) => one.image && !taken.has(`inspection ${one.number}`))
    .map(
      (one): Member => ({
        key: String(one.number),
        source: { inspection: one.number },
        title: `#${one.number}`,
        small: apiAddress(`inspections/${one.number}/thumbnail`),
        told: null,
      }),
    );
  return [...labelled.filter(({ source }) => "inspection" in source), ...stored];
}

/** An inspection where it came of one: what is stored is told by its number. */
function sourceOf({ file, origin }: { file: string; origin: string }): ImageSource {
  const number = Number(/^inspection (\d+)$/.exec(origin)?.[1]);
  return number ? { inspection: number } : { teaching: file };
}

/** `good/0007-part.png` is the seventh. */
function placeOf(name: string): number {
  return Number(/\/(\d+)-/.exec(name)?.[1] ?? 0) - 1;
}
