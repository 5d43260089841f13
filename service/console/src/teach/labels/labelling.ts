/** What people say of images, good or bad: sent one after the other, shown at once. */
import { computed, signal } from "@preact/signals";
import { get, post, remove } from "../../core/api";
import type { Relearned, TeachingImages } from "../../core/contract";
import { reasonsOf } from "../../core/told-wrong";
import { dirty, job, reread, save } from "../draft";
import type { ImageSource, TeachImage } from "../images";

export type Word = "good" | "bad";
type Kept = TeachingImages["images"][number];

export const teachingSet = signal<readonly Kept[]>([]);
export const labelTrouble = signal<readonly string[]>([]);
/** Said here, and not kept yet. */
const sending = signal<ReadonlyMap<string, Word>>(new Map());
export const pending = computed(() => sending.value.size);

let queue: Promise<unknown> = Promise.resolve();

export async function fetchSet(): Promise<void> {
  const number = job.value;
  if (number === null) return;
  const { images } = await get<TeachingImages>(`recipes/${number}/teaching`);
  if (job.value === number) teachingSet.value = images;
}

/** What is said of an image as a whole; null: nothing. */
export function labelOf(image: TeachImage | null): Word | null {
  if (!image) return null;
  const said = sending.value.get(image.key);
  if (said) return said;
  const whole = teachingSet.value.find((one) => isOf(one, image.source))?.labels[""];
  return whole === "good" || whole === "bad" ? whole : null;
}

/** Images that nobody has said anything of, and that can be kept. */
export function unlabelled(images: readonly TeachImage[]): TeachImage[] {
  return images.filter((one) => canBeKept(one.source) && labelOf(one) === null);
}

/** One press for one image or for many; nothing is learned yet. */
export function say(images: readonly TeachImage[], word: Word): Promise<void> {
  const number = job.value;
  if (number === null || images.length === 0) return Promise.resolve();
  sending.value = new Map([...sending.value, ...images.map(({ key }) => [key, word] as const)]);
  const sent = queue.then(() => told(() => send(number, images, word)));
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

async function send(number: number, images: readonly TeachImage[], word: Word): Promise<void> {
  try {
    const sources = images.map(({ source }) => source);
    const said = { images: sources, label: word, learn: false, limits: "none" };
    await post(`recipes/${number}/label`, said);
    await fetchSet();
  } finally {
    const left = new Map(sending.value);
    for (const { key } of images) left.delete(key);
    sending.value = left;
  }
}

/** The set tells where an image came from in words. */
function isOf({ file, origin }: Kept, source: ImageSource): boolean {
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
