/** What an evaluation of two versions says, image by image. */
import type { EvaluatedImage, EvaluationResult, Judgement } from "./contract";

/** One image that the other version judges otherwise. */
export interface Change {
  readonly image: string; // as the evaluation calls it
  readonly inspection: number | null; // its number, where it is one
  readonly label: EvaluatedImage["label"];
  readonly before: Judgement;
  readonly after: Judgement;
  readonly steps: readonly string[]; // that are judged otherwise
  readonly message: string; // why it is no PASS now, or was none before
  readonly lossy: boolean; // both judged a JPEG, not every pixel as the line had it
}

/** `#12`, or of single images `bad/0007-inspection-12.png`. */
export function inspectionOf(image: string): number | null {
  const found = /^#(\d+)$/.exec(image) ?? /-inspection-(\d+)\.\w+$/.exec(image);
  return found?.[1] ? Number(found[1]) : null;
}

/** What the first version judges otherwise than the second: PASS that becomes FAIL first, then the rest. */
export function changesOf(result: EvaluationResult): Change[] {
  const images = new Map(result.images.map((one) => [one.image, one]));
  const changes = result.changed.map((one): Change => {
    const image = images.get(one.image);
    return {
      image: one.image,
      inspection: inspectionOf(one.image),
      label: one.label,
      before: one.other,
      after: one.judgement,
      steps: image ? differing(image) : [],
      message: one.message || one.other_message,
      lossy: one.lossy,
    };
  });
  return changes.sort((a, b) => order(a) - order(b));
}

/** Steps that the two versions judge otherwise; those that only one of them has are among them. */
export function differing({ verdicts: [now, before] }: EvaluatedImage): string[] {
  if (!now || !before) return [];
  const judged = new Map(before.steps.map(({ name, judgement }) => [name, judgement]));
  const mine = now.steps
    .filter(({ name, judgement }) => judged.get(name) !== judgement)
    .map(({ name }) => name);
  const names = new Set(now.steps.map(({ name }) => name));
  return [...mine, ...before.steps.map(({ name }) => name).filter((name) => !names.has(name))];
}

/** How many go which way, most first. */
export function ways(
  changes: readonly Change[],
): { before: Judgement; after: Judgement; count: number }[] {
  const counts = new Map<string, number>();
  for (const { before, after } of changes) {
    const way = `${before} ${after}`;
    counts.set(way, (counts.get(way) ?? 0) + 1);
  }
  return [...counts]
    .map(([way, count]) => {
      const [before, after] = way.split(" ") as [Judgement, Judgement];
      return { before, after, count };
    })
    .sort((a, b) => b.count - a.count);
}

function order({ before, after }: Change): number {
  return (before === "PASS" ? 0 : 2) + (after === "ERROR" ? 0 : 1);
}
