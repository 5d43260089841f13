import { type Judgement, type Result, Status, type StepRow } from "./contract";
import { decimalsOf, quantity } from "./format";
import { baseOf, byMargin, ran } from "./instances";
import { text } from "./texts";

const rank: Record<Judgement, number> = { FAIL: 0, ERROR: 1, PASS: 2 };

/** What is not good first, else as the recipe has them. */
export function worstFirst(steps: readonly StepRow[]): StepRow[] {
  return [...steps].sort((a, b) => rank[a.judgement] - rank[b.judgement]);
}

/** The step that the judgement names, if any; of one that repeats the instance that its slot on the PLC shows. */
export function culprit(result: Result): StepRow | undefined {
  if (result.judgement === "PASS") return undefined;
  const same = result.steps.filter((step) => step.judgement === result.judgement);
  const first = same.find(ran) ?? same[0];
  if (!first?.instance) return first;
  const instances = same.filter(
    (step) => baseOf(step) === baseOf(first) && ran(step) === ran(first),
  );
  return byMargin(instances)[0];
}

/** A measured value as its step shows it. */
export function measured(step: StepRow): string {
  return quantity(step.value, step.unit, decimalsOf(step.value, step.low, step.high));
}

/** Why, in words: from what was measured where it is known, else as the station says it. */
export function reasonOf(result: Result): string {
  if (result.judgement === "PASS") {
    const count = result.steps.filter(ran).length;
    if (count === 1) return text("result.one_passed");
    return count ? text("result.all_passed", { count }) : "";
  }
  const step = culprit(result);
  return (step && measuredReason(step)) || result.reason || step?.message || "";
}

function measuredReason(step: StepRow): string | undefined {
  if (step.status === Status.NOT_FOUND) return text("result.not_found", { step: step.name });
  if (step.value === null) return undefined;
  const places = { step: step.name, value: measured(step) };
  if (step.status === Status.TOO_LOW) return text("result.too_low", places);
  if (step.status === Status.TOO_HIGH) return text("result.too_high", places);
  return undefined;
}
