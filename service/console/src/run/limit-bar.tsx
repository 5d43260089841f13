import type { StepRow } from "../core/contract";
import { barPlaces } from "../core/limits";

/** Where a value lies between its limits: one glance over all steps finds the odd one. */
export function LimitBar({ step }: { step: StepRow }) {
  const places = barPlaces(step.value, step.low, step.high);
  if (!places) return null;
  const { low, high, at, outside } = places;
  return (
    <svg class="limit-bar" aria-hidden="true">
      <line class="span" x1="0" x2="100%" y1="7" y2="7" />
      {low !== null && high !== null ? (
        <rect class="band" x={`${low}%`} width={`${high - low}%`} y="3" height="8" rx="1" />
      ) : (
        <path
          class="band"
          d={
            low !== null
              ? "M72 3H19a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1H72"
              : "M0 3H53a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H0"
          }
        />
      )}
      <line class={outside ? "at out" : "at"} x1={`${at}%`} x2={`${at}%`} y1="1" y2="13" />
    </svg>
  );
}
