/** What a step measures over many images, as the station tells it. */
import type { MeasuredImage } from "../contract";
import type { Label, Seen } from "./limit";

/** Of one image; null: it was not measured yet. What it did not measure fails. */
export function seenOf(image: MeasuredImage, measure: string, label: Label): Seen | null {
  if (!image.known) return null;
  const values = (image.values?.[measure] ?? []).filter((value) => value !== null);
  return { label, values, fails: values.length === 0 };
}

/** The images of an answer, each part once: an inspection that was labelled is in the teaching set, too. */
export function eachOnce(
  images: readonly MeasuredImage[],
  inspectionOf: (file: string) => number | null,
): MeasuredImage[] {
  const taken = new Set<string>();
  for (const { kind, name } of images) {
    const number = kind === "teaching" ? inspectionOf(name) : null;
    if (number !== null) taken.add(String(number));
  }
  return images.filter(({ kind, name }) => kind !== "inspection" || !taken.has(name));
}

/** What decides over values: everything of a recipe's steps but their limits. */
export function measuredBy(content: {
  readonly steps: readonly { readonly limits?: unknown }[];
}): string {
  const steps = content.steps.map(({ limits, ...step }) => ({ ...step, gauges: gauges(limits) }));
  return JSON.stringify({ ...content, steps, version: 0, name: "" });
}

function gauges(limits: unknown): unknown {
  const all = Object.entries((limits ?? {}) as Record<string, { gain?: number; offset?: number }>);
  return all
    .filter(([, { gain = 1, offset = 0 }]) => gain !== 1 || offset !== 0)
    .map(([name, { gain, offset }]) => [name, gain, offset]);
}
