import type { StepRow } from "../core/contract";
import { decimalsOf, quantity } from "../core/format";
import { barPlaces } from "../core/limits";
import { measured } from "../core/reason";
import { text } from "../core/texts";
import css from "./run.module.css";

/** The value that made the judgement, and the limits it missed. */
export function Gauge({ step }: { step: StepRow }) {
  const places = barPlaces(step.value, step.low, step.high);
  if (!places) return null;
  const from = places.low ?? 0;
  const to = places.high ?? 100;
  const limit = (value: number | null, unit: string) =>
    quantity(value, unit, decimalsOf(step.value, step.low, step.high));
  return (
    <svg class={css.gauge} role="img" aria-label={sentence(step)} height="40">
      <line x1="0" x2="100%" y1="13" y2="13" class={css.span} />
      <rect x={`${from}%`} width={`${to - from}%`} y="7" height="12" class={css.band} />
      <line x1={`${places.at}%`} x2={`${places.at}%`} y1="2" y2="24" class={css.at} />
      {places.low !== null && (
        <text x={`${places.low}%`} y="37" text-anchor="middle">
          {limit(step.low, places.high === null ? step.unit : "")}
        </text>
      )}
      {places.high !== null && (
        <text x={`${places.high}%`} y="37" text-anchor="middle">
          {limit(step.high, step.unit)}
        </text>
      )}
    </svg>
  );
}

function sentence(step: StepRow): string {
  const value = measured(step);
  const limit = (bound: number) =>
    quantity(bound, step.unit, decimalsOf(step.value, step.low, step.high));
  const below = step.low !== null && step.value !== null && step.value < step.low;
  if (below && step.low !== null) {
    const more = step.high === null ? "" : `; ${text("result.upper", { high: limit(step.high) })}`;
    return text("result.below", { value, low: limit(step.low) }) + more;
  }
  if (step.high === null) return value;
  const more = step.low === null ? "" : `; ${text("result.lower", { low: limit(step.low) })}`;
  return text("result.above", { value, high: limit(step.high) }) + more;
}
