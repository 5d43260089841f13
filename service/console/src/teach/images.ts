/** The images to teach with: of inspections, lent to the station, references, and those that were labelled. */
import { computed, signal } from "@preact/signals";
import { apiAddress, get, Problem, post, upload } from "../core/api";
import type {
  Judgement,
  LentImage,
  References,
  ResultPage,
  TeachingImages,
} from "../core/contract";
import { type TextKey, text } from "../core/texts";
import { job } from "./draft";

/** As a request names an image. */
export type ImageSource =
  | { readonly inspection: number }
  | { readonly upload: string }
  | { readonly reference: string }
  | { readonly teaching: string };

export interface TeachImage {
  readonly key: string; // also in the address
  readonly source: ImageSource;
  readonly title: string;
  readonly path: string; // of its file, below the API
  readonly small: string; // address of a thumbnail, where there is one
  readonly judgement: Judgement | null; // as it was judged, or has to be
  readonly lossy: boolean; // its original is a JPEG: not every pixel is as the camera gave it
}

export type Pile = "last" | "failed" | "lent" | "references" | "teaching";
export const PILES: readonly Pile[] = ["last", "failed", "lent", "references", "teaching"];

export const PILE_TEXTS: Readonly<Record<Pile, TextKey>> = {
  failed: "teach.pile_failed",
  last: "teach.pile_last",
  lent: "teach.pile_lent",
  references: "teach.pile_references",
  teaching: "teach.pile_teaching",
};

const MOST = 60;

export const pile = signal<Pile>("last");
export const shownImage = signal<TeachImage | null>(null);
export const trouble = signal("");
export const lending = signal(false);

const piles = signal<Readonly<Partial<Record<Pile, readonly TeachImage[]>>>>({});

/** Of the pile that is open; null: not known yet. */
export const images = computed(() => piles.value[pile.value] ?? null);

/** Fetch a pile; where no image is shown yet its first one that is preferred is, else its first. */
export async function look(
  which: Pile,
  preferred: (image: TeachImage) => boolean = () => true,
): Promise<void> {
  pile.value = which;
  const number = job.value;
  if (number === null) return;
  trouble.value = "";
  try {
    const found = await fetchPile[which](number);
    if (job.value !== number) return;
    piles.value = { ...piles.value, [which]: found };
    shownImage.value ??= found.find(preferred) ?? found[0] ?? null;
  } catch (error) {
    trouble.value = error instanceof Problem ? error.message : text("teach.no_answer");
  }
}

/**
 * Look for something to begin with: the newest part that passed, since tools are drawn on a typical part and taught from
 * it; else what came last, else what was lent.
 */
export async function begin(): Promise<void> {
  for (const which of ["last", "lent"] as const) {
    await look(which, ({ judgement }) => judgement === "PASS");
    if (shownImage.value) return;
  }
}

export function forgetImages(): void {
  piles.value = {};
  shownImage.value = null;
  trouble.value = "";
}

const PILE_OF: Readonly<Record<string, Pile>> = {
  lent: "lent",
  reference: "references",
  teaching: "teaching",
};

/** Show the image of this key, as an address names it. Returns whether its pile is open: an inspection may be in none. */
export async function showKey(key: string): Promise<boolean> {
  const number = Number(key);
  if (Number.isInteger(number) && number > 0) shownImage.value = ofInspection(number, null, false);
  const which = PILE_OF[key.split(" ")[0] ?? ""];
  if (which) await look(which, (image) => image.key === key);
  return which !== undefined && shownImage.value !== null;
}

/** Keep what the camera sees now, and show it. */
export async function freezeLive(): Promise<void> {
  await lent(() => post<LentImage>("uploads/live"));
}

export async function lend(file: File): Promise<void> {
  await lent(() => upload<LentImage>(`uploads?name=${encodeURIComponent(file.name)}`, file));
}

/** The next image of the pile that failed: 1 = forward, -1 = back; from the end on to the beginning. */
export function showNextFailed(step: 1 | -1): void {
  const all = images.value ?? [];
  const failed = all.filter(({ judgement }) => judgement !== "PASS");
  const offered = failed.length ? failed : all;
  if (!offered.length) return;
  const at = offered.findIndex(({ key }) => key === shownImage.value?.key);
  shownImage.value = offered.at((at + step) % offered.length) ?? null;
}

async function lent(send: () => Promise<LentImage>): Promise<void> {
  lending.value = true;
  trouble.value = "";
  try {
    const one = ofUpload(await send());
    piles.value = { ...piles.value, lent: [one, ...(piles.value.lent ?? [])] };
    pile.value = "lent";
    shownImage.value = one;
    await look("lent");
  } catch (error) {
    trouble.value = error instanceof Problem ? error.message : text("teach.no_answer");
  } finally {
    lending.value = false;
  }
}

const fetchPile: Readonly<Record<Pile, (job: number) => Promise<readonly TeachImage[]>>> = {
  failed: (number) => inspections(`job=${number}&judgement=FAIL&`),
  last: async (number) => {
    const own = await inspections(`job=${number}&`);
    return own.length ? own : inspections(""); // a new recipe has judged nothing: the line's parts do
  },
  lent: async () => (await get<readonly LentImage[]>("uploads")).map(ofUpload),
  references: async (number) =>
    (await get<References>(`recipes/${number}/references`)).items.map(({ name, judgement }) => {
      const path = `recipes/${number}/references/${encodeURIComponent(name)}/image`;
      const key = `reference ${name}`;
      return {
        key,
        source: { reference: name },
        title: name,
        path,
        small: apiAddress(path),
        judgement,
        lossy: false,
      };
    }),
  teaching: async (number) =>
    (await get<TeachingImages>(`recipes/${number}/teaching`)).images.map(
      ({ file, labels, origin }) => {
        const path = `recipes/${number}/teaching/${encodeURIComponent(file)}`;
        const label = labels[""] ?? Object.values(labels)[0] ?? "";
        return {
          key: `teaching ${file}`,
          source: { teaching: file },
          title: `${label} · ${origin}`,
          path,
          small: apiAddress(path),
          judgement: Object.values(labels).includes("bad") || label !== "good" ? "FAIL" : "PASS",
          lossy: isJpeg(file),
        };
      },
    ),
};

async function inspections(filter: string): Promise<readonly TeachImage[]> {
  const page = await get<ResultPage>(`inspections?${filter}limit=${MOST}`);
  return page.items
    .filter(({ image }) => image)
    .map((one) => ofInspection(one.number, one.judgement, one.lossy));
}

function ofInspection(number: number, judgement: Judgement | null, lossy: boolean): TeachImage {
  return {
    key: String(number),
    source: { inspection: number },
    title: text("result.number", { number }),
    path: `inspections/${number}/image`,
    small: apiAddress(`inspections/${number}/thumbnail`),
    judgement,
    lossy,
  };
}

function ofUpload({ id, name, lossy }: LentImage): TeachImage {
  const path = `uploads/${id}`;
  return {
    key: `lent ${id}`,
    source: { upload: id },
    title: name,
    path,
    small: apiAddress(path),
    judgement: null,
    lossy,
  };
}

function isJpeg(file: string): boolean {
  return /\.jpe?g$/i.test(file);
}
