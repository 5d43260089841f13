import { decimalsOf, number } from "../core/format";
import { ran } from "../core/instances";
import type { Step } from "../core/recipe";
import { text } from "../core/texts";
import { IconButton } from "../parts/icon-button";
import { Mark, markOf } from "../parts/mark";
import { may } from "../session";
import { selected, steps } from "./draft";
import { selectStep } from "./regions";
import { showStep } from "./show-step";
import { StepSwitch } from "./step-switch";
import { moveStep } from "./steps";
import css from "./teach.module.css";
import { countedValue, fresh, rowOf, trial } from "./trial";

/** The steps in their order, each with its mark and value on the image that is shown. */
export function ToolList({ onAdd }: { onAdd: () => void }) {
  return (
    <>
      <header class={css.head}>
        <h2>{text("teach.tools")}</h2>
        <span class="push" />
        <IconButton icon="plus" name={text("teach.add_tool")} act={onAdd} off={!may("recipes")} />
      </header>
      {steps.value.length === 0 && <p class={`quiet ${css.sentence}`}>{text("teach.no_tools")}</p>}
      <ol
        class={`${css.toolList} ${trial.value && !fresh.value ? css.old : ""}`}
        data-testid="tool-list"
      >
        {steps.value.map((step, i) => (
          <Row key={step.name} of={step} index={i} />
        ))}
      </ol>
    </>
  );
}

function Row({ of, index }: { of: Step; index: number }) {
  const row = rowOf(of.name);
  const off = of.enabled === false;
  const own = selected.value === of.name;
  const choose = () => {
    selectStep(of.name);
    showStep(of.name);
  };
  const press = (event: KeyboardEvent) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!by || !event.altKey) return;
    event.preventDefault();
    moveStep(of.name, by);
  };
  return (
    <li class={off ? css.off : ""}>
      <button
        type="button"
        aria-current={own ? "true" : undefined}
        data-testid={`tool-${of.name}`}
        onClick={choose}
        onKeyDown={press}
      >
        {row && ran(row) && !off ? (
          <Mark name={markOf(row.judgement)} label={row.judgement} />
        ) : (
          <Mark name="unknown" />
        )}
        <span class="no">{index + 1}</span>
        <span class="clip">{of.name}</span>
        <small class={row?.judgement === "FAIL" ? css.failing : ""}>
          {off ? text("teach.off") : valueWords(of)}
        </small>
      </button>
      <StepSwitch of={of} />
    </li>
  );
}

/** The value that counts, in short; the text that was read; else nothing. */
export function valueWords(step: Step): string {
  const value = countedValue(step)?.value ?? null;
  return value === null ? "" : number(value, decimalsOf(value));
}
