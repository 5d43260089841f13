/** What people say of images, good or bad: sent one after the other, shown at once. */
import { computed, signal } from "@preact/signals";
import { get, post, remove } from "../../core/api";
import type { Relearned, TeachingImages } from "../../core/contract";
import { reasonsOf } from "../../core/told-wrong";
import { dirty, job, reread, save } from "../draft";
import type { ImageSource, TeachImage } from "../images";

export type Word = "good" | "bad";
/** A step, or one of its regions, counted from 1. */
export interface Place {
  readonly step: string;
  readonly region: number | null;
}
type Kept = TeachingImages["images"][number];

export const teachingSet = signal<readonly Kept[]>([]);
export const labelTrouble = signal<readonly string[]>([]);
/** Said here, and not kept yet: by image and place. */
const sending = signal<ReadonlyMap<string, Word>>(new Map());
export const pending = computed(() => sending.value.size);

/** Of images that were labelled here: what they are called in the set, by their keys. */
const files = signal<ReadonlyMap<string, string>>(new Map());

let queue: Promise<unknown> = Promise.resolve();

export async function fetchSet(): Promise<void> {
  const number = job.value;
  if (number === null) return;
  const { images } = await get<TeachingImages>(`recipes/${number}/teaching`);
  if (job.value === number) teachingSet.value = images;
}

/** What was just said of an image as a whole here, and is not kept yet. */
export function justSaid(image: Pick<TeachImage, "key">): Word | null {
  return sending.value.get(keyOf(image, null)) ?? null;
}

/** Of a file of the set the number of the inspection that it came from; null: of none. */
export function inspectionOf(file: string): number | null {
  const { origin = "" } = teachingSet.value.find((one) => one.file === file) ?? {};
  return Number(/^inspection (\d+)$/.exec(origin)?.[1]) || null;
}

/** What is said of an image at a place, or as a whole; null: nothing. */
export function labelOf(
  image: Pick<TeachImage, "key" | "source"> | null,
  place: Place | null = null,
): Word | null {
  if (!image) return null;
  const said = sending.value.get(keyOf(image, place));
  if (said) return said;
  const kept = teachingSet.value.find((one) => isOf(one, image));
  const word = kept?.labels[nameOf(place)];
  return word === "good" || word === "bad" ? word : null;
}

/** Bad for any reason. */
export function isBad(labels: Kept["labels"]): boolean {
  return Object.values(labels).includes("bad");
}

/** Images that nobody has said anything of, and that can be kept. */
export function unlabelled(images: readonly TeachImage[]): TeachImage[] {
  return images.filter((one) => canBeKept(one.source) && labelOf(one) === null);
}

/** One press for one image or for many; nothing is learned yet. */
export function say(
  images: readonly TeachImage[],
  word: Word,
  place: Place | null = null,
): Promise<void> {
  const number = job.value;
  if (number === null || images.length === 0) return Promise.resolve();
  const said = images.map((image) => [keyOf(image, place), word] as const);
  sending.value = new Map([...sending.value, ...said]);
  const sent = queue.then(() => told(() => send(number, images, word, place)));
  queue = sent;
  return sent;
}

/** Take an image out of the set. */
export function takeOut(file: string): Promise<void> {
  const number = job.value;
  const sent = queue.then(() =>
    told(async () => {
      await remove(`recipes/${number}/teaching/${file}`);
      await fetchSet();
    }),
  );
  queue = sent;
  return sent;
}

/** Let the draft learn from the set, and propose limits; none is taken. Unsaved edits are saved before. */
export async function relearn(steps: readonly string[]): Promise<Relearned | null> {
  await queue;
  const number = job.value;
  if (dirty.value && !(await save())) return null;
  const learned = await post<Relearned>(`recipes/${number}/relearn`, { steps, limits: "none" });
  if (learned.lessons.length) await reread();
  return learned;
}

export function canBeKept(source: ImageSource): boolean {
  return "inspection" in source || "upload" in source;
}

async function send(
  number: number,
  images: readonly TeachImage[],
  word: Word,
  place: Place | null,
): Promise<void> {
  try {
    const sources = images.map(({ source }) => source);
    const steps = place ? [place.step] : [];
    const regions = place?.region ? [place.region] : [];
    const said = { images: sources, label: word, steps, regions, learn: false, limits: "none" };
    const { images: kept } = await post<Relearned>(`recipes/${number}/label`, said);
    const named = images.map(({ key }, i) => [key, kept[i]?.file ?? ""] as const);
    files.value = new Map([...files.value, ...named]);
    await fetchSet();
  } finally {
    const left = new Map(sending.value);
    for (const image of images) left.delete(keyOf(image, place));
    sending.value = left;
  }
}

/** As the set names a place. */
function nameOf(place: Place | null): string {
  if (!place) return "";
  return place.region === null ? place.step : `${place.step}.${place.region}`;
}

function keyOf({ key }: Pick<TeachImage, "key">, place: Place | null): string {
  return `${key}\n${nameOf(place)}`;
}

/** The set tells where an image came from in words. */
function isOf(
  { file, origin }: Kept,
  { key, source }: Pick<TeachImage, "key" | "source">,
): boolean {
  if (files.value.get(key) === file) return true;
  if ("teaching" in source) return source.teaching === file;
  return "inspection" in source && origin === `inspection ${source.inspection}`;
}

async function told(work: () => Promise<void>): Promise<void> {
  labelTrouble.value = [];
  try {
    await work();
  } catch (problem) {
    labelTrouble.value = reasonsOf(problem);
  }
}
