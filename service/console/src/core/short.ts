/** Why a part is not good, for who stands three metres away: a few words, then the numbers. */
import { type Result, Status, type StepRow } from "./contract";
import { decimalsOf, quantity } from "./format";
import { ran } from "./instances";
import { culprit, measured, reasonOf } from "./reason";
import { text } from "./texts";

export interface Short {
  reason: string; // large
  more: string; // below it, "" = nothing more is known
}

export function shortReason(result: Result): Short {
  if (result.judgement === "PASS") return { reason: "", more: reasonOf(result) };
  const step = culprit(result);
  if (!step) return { reason: result.reason, more: "" };
  const said = ran(step) && byStatus(step);
  if (said) return { reason: said, more: numbers(step) };
  return { reason: step.name, more: result.reason || step.message };
}

function byStatus(step: StepRow): string | undefined {
  const places = { step: step.name };
  if (step.status === Status.NOT_FOUND) return text("kiosk.not_found", places);
  if (step.value === null) return undefined;
  if (step.status === Status.TOO_LOW) return text("kiosk.too_low", places);
  if (step.status === Status.TOO_HIGH) return text("kiosk.too_high", places);
  return undefined;
}

function numbers(step: StepRow): string {
  if (step.value === null) return step.message;
  const value = measured(step);
  const limit = (bound: number) =>
    quantity(bound, step.unit, decimalsOf(step.value, step.low, step.high));
  if (step.low !== null && step.value < step.low) {
    return text("kiosk.at_least", { value, low: limit(step.low) });
  }
  if (step.high !== null && step.value > step.high) {
    return text("kiosk.at_most", { value, high: limit(step.high) });
  }
  return value;
}
