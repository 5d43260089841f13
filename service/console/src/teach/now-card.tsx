import { quantity } from "../core/format";
import { ran } from "../core/instances";
import type { Step } from "../core/recipe";
import { text } from "../core/texts";
import { Mark, markOf } from "../parts/mark";
import css from "./teach.module.css";
import { toolOf } from "./tools";
import { counted, countedValue, fresh, measureOf, rowOf, trial } from "./trial";

/** The tool's result on the image that is shown, and which of its values counts. */
export function NowCard({ step }: { step: Step }) {
  const row = rowOf(step.name);
  if (!trial.value) return null;
  if (!row) {
    return (
      <p class={`${css.now} ${css.unknown}`} data-testid="now">
        <Mark name="unknown" />
        <span>{text("teach.not_tried")}</span>
      </p>
    );
  }
  const mark = ran(row) ? markOf(row.judgement) : "unknown";
  const value = countedValue(step);
  return (
    <>
      <div
        class={`${css.now} ${css[mark] ?? ""} ${fresh.value ? "" : css.old}`}
        data-testid="now"
        data-fresh={fresh.value}
      >
        <Mark name={mark} label={ran(row) ? row.judgement : text("teach.not_run")} />
        {value && value.value !== null && <b>{quantity(value.value, value.unit)}</b>}
        <span>{row.message}</span>
      </div>
      <Measures step={step} />
    </>
  );
}

function Measures({ step }: { step: Step }) {
  const known = toolOf(step.tool.type)?.measures ?? [];
  if (known.length < 2) return null;
  const now = measureOf(step);
  return (
    <div class="field">
      <label for="measure">{text("teach.measure")}</label>
      <span class="input">
        <select
          id="measure"
          value={now}
          aria-describedby="measure-hint"
          onChange={(event) => {
            counted.value = { ...counted.value, [step.name]: event.currentTarget.value };
          }}
        >
          {known.map((measure) => (
            <option value={measure.name} key={measure.name}>
              {measure.title}
            </option>
          ))}
        </select>
      </span>
      <p class="hint" id="measure-hint">
        {known.find(({ name }) => name === now)?.help}
      </p>
    </div>
  );
}
