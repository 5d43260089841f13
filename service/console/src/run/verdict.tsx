import type { Result } from "../core/contract";
import { age, clock, milliseconds } from "../core/format";
import { culprit, reasonOf } from "../core/reason";
import { text } from "../core/texts";
import { Mark, markOf } from "../parts/mark";
import { stale, state, stationNow } from "../station";
import { Gauge } from "./gauge";
import css from "./run.module.css";
import { subject } from "./subject";

/** The judgement: the word, why, and which part. Old ones are kept, greyed, with their age. */
export function Verdict() {
  const result = subject.value;
  if (!result) return <NoPart />;
  const look = stale.value ? "stale" : markOf(result.judgement);
  const step = stale.value ? undefined : culprit(result);
  return (
    <div class={`verdict ${look}`} data-testid="verdict" data-number={result.number}>
      <Mark name={look} />
      <span class="word">{result.judgement}</span>
      {result.sort_class && (
        <span class={css.sort}>{text("result.class", { name: result.sort_class })}</span>
      )}
      <p class="reason">{reasonOf(result)}</p>
      {step && <Gauge step={step} />}
      <Facts result={result} />
    </div>
  );
}

function Facts({ result }: { result: Result }) {
  const at = result.at_us / 1000;
  const since = age(stationNow.value - at);
  return (
    <p class="facts">
      <span>{text("result.number", { number: result.number })}</span>
      {result.part_id && <span class={`mono ${css.part}`}>{result.part_id}</span>}
      <span class={css.when}>{clock(at)}</span>
      <span>{text(stale.value ? "result.old" : "result.ago", { age: since })}</span>
      <span class={css.when}>{milliseconds(result.cycle_us)}</span>
    </p>
  );
}

function NoPart() {
  const { job, recipe } = state.value ?? {};
  return (
    <div class="verdict unknown" data-testid="verdict">
      <Mark name="unknown" />
      <span class={`word ${css.noPart}`}>{text("result.none")}</span>
      <p class="reason">{text("result.none_more")}</p>
      <p class="facts">{recipe && <span>{`${job} ${recipe}`}</span>}</p>
    </div>
  );
}
