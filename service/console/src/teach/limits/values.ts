/**
 * What the selected step measures over many images: those that were labelled, the references, and the newest that are
 * stored. The station measures the content as it stands in the editor, beside the line, some images at a request; limits
 * change nothing of it, everything else makes it old.
 */
import { computed, signal } from "@preact/signals";
import { httpAddress } from "../../core/address";
import { post } from "../../core/api";
import type { MeasuredImage, MeasuredImages } from "../../core/contract";
import { eachOnce, measuredBy, seenOf } from "../../core/limits/gathered";
import type { Label, Seen } from "../../core/limits/limit";
import { reasonsOf } from "../../core/told-wrong";
import { draft, job, selectedStep } from "../draft";
import type { ImageSource } from "../images";
import { inspectionOf, justSaid, labelOf } from "../labels/labelling";

const STORED = 60; // of the newest

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
  readonly lossy: boolean;
}

interface Gathered {
  readonly job: number;
  readonly step: string;
  readonly by: string; // see `measuredBy`
  readonly images: readonly MeasuredImage[];
}

const gathered = signal<Gathered | null>(null);
export const gathering = signal<{ done: number; total: number } | null>(null);
export const gatherTrouble = signal<readonly string[]>([]);

/** What the values hang on, as it is now. */
export const basis = computed(() => (draft.value ? measuredBy(draft.value) : ""));
/** Null: nothing was measured of this step. */
export const measured = computed(() => {
  const now = gathered.value;
  return now?.job === job.value && now?.step === selectedStep.value?.name ? now : null;
});
/** Something but limits was changed since. */
export const old = computed(() => measured.value !== null && measured.value.by !== basis.value);

/** What was seen of a measure of the selected step. */
export const seenBy = (measure: string): SeenImage[] =>
  eachOnce(measured.value?.images ?? [], inspectionOf).flatMap((one) => {
    const image = memberOf(one);
    const seen = seenOf(one, measure, justSaid(image) ?? image.told ?? labelOf(image));
    return seen ? [{ ...seen, image }] : [];
  });

let newest = 0; // only what was asked for last is shown

/** Measure the selected step, as it is now, on all images; what the station knows already comes at once. */
export async function gather(): Promise<void> {
  const mine = ++newest;
  const [number, content, step, by] = [job.value, draft.value, selectedStep.value, basis.value];
  gathering.value = null;
  gatherTrouble.value = [];
  if (number === null || !content || !step || step.enabled === false) return;
  gathering.value = { done: 0, total: 0 };
  const images = { stored: { last: STORED } };
  const asked = { job: number, recipe: content, step: step.name, images };
  try {
    for (let done = false; !done; ) {
      const found = await post<MeasuredImages>("trials/values", asked);
      if (mine !== newest) return;
      gathered.value = { job: number, step: step.name, by, images: found.images };
      gathering.value = found;
      gatherTrouble.value = (found.faults ?? []).map(({ message }) => message);
      done = found.done >= found.total;
    }
  } catch (problem) {
    if (mine === newest) gatherTrouble.value = reasonsOf(problem);
  }
  if (mine === newest) gathering.value = null;
}

/** What was measured so far stays. */
export function stopGathering(): void {
  newest += 1;
  gathering.value = null;
}

function memberOf({ kind, name, label, picture, lossy }: MeasuredImage): Member {
  const number =
    kind === "inspection" ? Number(name) : kind === "teaching" ? inspectionOf(name) : null;
  const own: ImageSource = kind === "reference" ? { reference: name } : { teaching: name };
  return {
    key: number !== null ? String(number) : `${kind} ${name}`,
    source: number !== null ? { inspection: number } : own,
    title: number !== null ? `#${number}` : name,
    small: httpAddress(picture.replace(/^\//, "")),
    told: label,
    lossy,
  };
}
