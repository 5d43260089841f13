import type { Step } from "../core/recipe";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { may } from "../session";
import { switchStep } from "./steps";
import css from "./teach.module.css";

/** Whether a step runs: off it stays in the recipe, is not run, and judges nothing. */
export function StepSwitch({ of: { name, enabled = true } }: { of: Step }) {
  const words = text(enabled ? "teach.switch_off" : "teach.switch_on", { name });
  return (
    <button
      type="button"
      class={`button icon-only plain ${css.power}`}
      role="switch"
      aria-checked={enabled}
      aria-label={text("teach.switched_on", { name })}
      title={words}
      disabled={!may("recipes")}
      data-testid={`switch-${name}`}
      onClick={() => switchStep(name)}
    >
      <Icon name="power" />
    </button>
  );
}
