/** Values over images, from an evaluation's answer. */
import type { EvaluatedImage } from "../contract";
import type { Label, Seen } from "./limit";

/** By step and measure what was seen on each image, in the order of `images`; what one did not measure fails. */
export function seenOf(
  images: readonly EvaluatedImage[],
  step: string,
  measure: string,
  labelOf: (image: EvaluatedImage) => Label,
): Seen[] {
  return images.flatMap((image): Seen[] => {
    const found = image.verdicts[0]?.steps.filter(({ name }) => name === step) ?? [];
    if (found.length === 0) return [];
    const values = found.flatMap(({ measurements }) =>
      measurements
        .filter((one) => one.name === measure || one.name.startsWith(`${measure}[`))
        .map(({ value }) => value)
        .filter((value) => value !== null),
    );
    return [{ label: labelOf(image), values, fails: values.length === 0 }];
  });
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
