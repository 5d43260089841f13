import type { Judgement, StepRow } from "../core/contract";
import { decimalsOf, number, unitWords } from "../core/format";
import { baseOf, type Line, linesOf, ran } from "../core/instances";
import { worstFirst } from "../core/reason";
import { text } from "../core/texts";
import { Mark, markOf } from "../parts/mark";
import { stale } from "../station";
import { LimitBar } from "./limit-bar";
import css from "./run.module.css";
import { subject } from "./subject";

/** Every step of the part, what is not good first; instances of one step that pass share a line. */
export function StepsCard() {
  const steps = subject.value?.steps ?? [];
  if (steps.length === 0) return null;
  return (
    <section
      class={`card ${css.stepsCard}`}
      aria-label={text("steps.title")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where there is no room for all steps
      tabIndex={0}
      data-testid="steps"
    >
      <header class={css.stepsHead}>
        <h2>{text("steps.title")}</h2>
        <Tally steps={steps} />
      </header>
      <table class={`table ${css.steps}`}>
        <tbody>
          {/* Another judgement is another row: Chromium keeps old colours on one that moves and changes at once. */}
          {linesOf(worstFirst(steps)).map((line) => (
            <Row line={line} key={`${line.step.judgement} ${line.name} ${line.step.status}`} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Tally({ steps }: { steps: readonly StepRow[] }) {
  const count = (judgement: Judgement) =>
    steps.filter((step) => ran(step) && step.judgement === judgement).length;
  const shares = [
    ["pass", text("steps.passed"), count("PASS")],
    ["fail", text("steps.failed"), count("FAIL")],
    ["error", text("steps.error"), count("ERROR")],
  ] as const;
  return (
    <span class={`push ${css.tally} ${stale.value ? "is-stale" : ""}`}>
      {shares.map(([mark, label, share]) => (
        <span class={share === 0 ? css.zero : css.some} key={mark}>
          <Mark name={mark} label={label} />
          {number(share)}
        </span>
      ))}
    </span>
  );
}

function Row({ line: { step, name, count } }: { line: Line }) {
  const look = ran(step) ? markOf(step.judgement) : "unknown";
  const row = { pass: css.passed, fail: "is-fail", error: "is-error", unknown: "is-unknown" }[look];
  const decimals = decimalsOf(step.value, step.low, step.high);
  return (
    <tr class={stale.value ? `${look === "pass" ? row : ""} is-stale` : row} title={step.message}>
      <td>
        <Mark name={look} label={ran(step) ? step.judgement : text("steps.not_run")} />
      </td>
      <td class={css.name}>
        {count > 1 ? name : baseOf(step)}
        {count === 1 && step.instance > 0 && <span class={css.index}>{`[${step.instance}]`}</span>}
        {count > 1 && (
          <span class={css.times} title={text("steps.worst_of", { name: step.name, count })}>
            {`×${number(count)}`}
          </span>
        )}
      </td>
      <td class={css.bar}>
        <LimitBar step={step} />
      </td>
      <td class="num">
        {step.warning && <Warning step={step} decimals={decimals} />}
        <span class="value">{number(step.value, decimals)}</span>{" "}
        <span class="fine">{step.value === null ? "" : unitWords(step.unit)}</span>
      </td>
    </tr>
  );
}

/** It passed, and is outside its warn limits: said in words too, not by colour alone. */
function Warning({ step, decimals }: { step: StepRow; decimals: number }) {
  const bounds = [step.warn_low, step.warn_high]
    .map((bound) => (bound == null ? "" : number(bound, decimals)))
    .join("…");
  const words = text("steps.warning", { bounds });
  return (
    <span class={css.warning} role="img" aria-label={words} title={words}>
      !
    </span>
  );
}
