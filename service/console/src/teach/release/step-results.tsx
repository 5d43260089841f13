import type { EvaluatedStep } from "../../core/contract";
import { decimalsOf, number, quantity } from "../../core/format";
import type { Histogram } from "../../core/limits/histogram";
import { placeOf } from "../../core/limits/scale";
import { text } from "../../core/texts";
import { Bars } from "../limits/bars";
import css from "./release.module.css";

/** Each step over all images: its values, its limits, how often it failed. */
export function StepResults({ steps }: { steps: readonly EvaluatedStep[] }) {
  return (
    <ul class={css.stepResults} aria-label={text("release.steps")}>
      {steps.map((step) => (
        <li key={step.name}>
          <b>{step.name}</b>
          <span class="fine">{outcomeWords(step.outcomes)}</span>
          {step.histogram && <Small step={step} histogram={step.histogram} />}
        </li>
      ))}
    </ul>
  );
}

function outcomeWords(outcomes: EvaluatedStep["outcomes"]): string {
  return Object.entries(outcomes)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${number(count)} ${outcome}`)
    .join(" · ");
}

function Small(props: { step: EvaluatedStep; histogram: NonNullable<EvaluatedStep["histogram"]> }) {
  const { step, histogram } = props;
  const scale = { low: histogram.low, high: histogram.high, log: false };
  const bars = barsOf(histogram.counts);
  const decimals = decimalsOf(histogram.low, histogram.high);
  return (
    <>
      <svg class={css.small} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <Bars bars={bars} />
        {step.limits.map((limit, i) => {
          const at = limit === null ? -1 : 100 * placeOf(scale, limit);
          if (!(at >= 0 && at <= 100)) return null; // also where there is no number to place
          return <line class={css.limit} key={i} x1={at} x2={at} y1="0" y2="100" />;
        })}
      </svg>
      <span class={`fine ${css.ends}`}>
        <span>{number(histogram.low, decimals)}</span>
        <span>{quantity(histogram.high, step.unit, decimals)}</span>
      </span>
    </>
  );
}

/** Good up and bad down; where nothing is labelled what passed up, and what did not down. */
function barsOf(counts: Readonly<Record<string, readonly number[]>>): Histogram {
  const count = Math.max(...Object.values(counts).map((several) => several.length), 1);
  const of = (name: string, i: number) => counts[name]?.[i] ?? 0;
  const bins = Array.from({ length: count }, (_, i) => ({
    place: i / count,
    good: of("good", i) + of("PASS", i),
    bad: of("bad", i) + of("FAIL", i) + of("ERROR", i),
    unlabelled: of("not labelled", i),
  }));
  return {
    width: 1 / count,
    bins: bins.filter(({ good, bad, unlabelled }) => good + bad + unlabelled > 0),
    up: Math.max(...bins.map(({ good, unlabelled }) => good + unlabelled)),
    down: Math.max(...bins.map(({ bad }) => bad)),
  };
}
