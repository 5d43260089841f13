import { useState } from "preact/hooks";
import type { Step } from "../core/recipe";
import { text } from "../core/texts";
import { IconButton } from "../parts/icon-button";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { selectedIndex, selectedStep, steps } from "./draft";
import { LearnCard } from "./learn-card";
import { NowCard } from "./now-card";
import { Parameters } from "./parameters";
import { RegionCard } from "./region-card";
import { showStep } from "./show-step";
import { StepSettings } from "./step-settings";
import { StepSwitch } from "./step-switch";
import { duplicateStep, moveStep, removeStep, renameStep, selectNext } from "./steps";
import css from "./teach.module.css";
import { recipeSchema, toolTitle } from "./tools";

/** The selected tool: its result, where it looks, its parameters, and what it hangs on. */
export function Inspector({ onAdd }: { onAdd: () => void }) {
  const step = selectedStep.value;
  return (
    <div class={css.inspector} data-testid="inspector">
      <Head onAdd={onAdd} />
      {step && (
        <div class={css.about} key={step.name}>
          <Name name={step.name} />
          <Acts of={step} />
          <NowCard step={step} />
          <RegionCard />
          <LearnCard step={step} />
          <Parameters step={step} index={selectedIndex.value} />
          <StepSettings step={step} index={selectedIndex.value} />
        </div>
      )}
    </div>
  );
}

function Head({ onAdd }: { onAdd: () => void }) {
  const step = selectedStep.value;
  const other = (by: -1 | 1) => {
    selectNext(by);
    const name = selectedStep.value?.name;
    if (name) showStep(name);
  };
  return (
    <header>
      <IconButton
        icon="left"
        name={text("teach.previous_tool")}
        act={() => other(-1)}
        off={steps.value.length < 2}
      />
      <h2 class="clip">
        {step ? `${selectedIndex.value + 1}\u2002${step.name}` : text("teach.no_tool")}
      </h2>
      {step && <span class="fine clip">{toolTitle(step.tool.type)}</span>}
      <span class="push" />
      <IconButton
        icon="plus"
        name={text("teach.add_tool")}
        act={onAdd}
        off={!may("recipes")}
        more={css.onlySmall}
      />
      <IconButton
        icon="right"
        name={text("teach.next_tool")}
        act={() => other(1)}
        off={steps.value.length < 2}
      />
    </header>
  );
}

function Name({ name }: { name: string }) {
  const [typed, setTyped] = useState(name);
  const [wrong, setWrong] = useState<"taken" | "empty" | "">("");
  const leave = () => {
    setWrong("");
    if (renameStep(name, typed)) setTyped(name);
  };
  return (
    <div class={`field ${wrong ? "wrong" : ""}`}>
      <label for="step-name">{text("teach.name")}</label>
      <span class="input">
        <input
          id="step-name"
          value={typed}
          maxLength={64}
          autocomplete="off"
          disabled={!may("recipes") || recipeSchema.value === null}
          aria-describedby="step-name-hint"
          onInput={(event) => {
            const next = event.currentTarget.value;
            setTyped(next);
            const taken = steps.value.some(
              (step) => step.name === next.trim() && step.name !== name,
            );
            setWrong(taken ? "taken" : next.trim() ? "" : "empty");
          }}
          onBlur={leave}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
      </span>
      {wrong && (
        <p class="hint" id="step-name-hint" role="alert">
          <Mark name="warn" />
          {text(wrong === "taken" ? "teach.name_taken" : "teach.name_empty")}
        </p>
      )}
    </div>
  );
}

function Acts({ of }: { of: Step }) {
  const { name } = of;
  const off = !may("recipes");
  const at = selectedIndex.value;
  return (
    <div class={`toolbar ${css.acts}`}>
      <IconButton
        icon="up"
        name={text("teach.earlier")}
        act={() => moveStep(name, -1)}
        off={off || at <= 0}
      />
      <IconButton
        icon="down"
        name={text("teach.later")}
        act={() => moveStep(name, 1)}
        off={off || at >= steps.value.length - 1}
      />
      <IconButton
        icon="copy"
        name={text("teach.duplicate_tool")}
        act={() => duplicateStep(name)}
        off={off}
      />
      <IconButton
        icon="trash"
        name={text("teach.delete_tool")}
        act={() => removeStep(name)}
        off={off}
      />
      <StepSwitch of={of} />
    </div>
  );
}
