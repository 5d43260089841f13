import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { number } from "../../core/format";
import type { Step } from "../../core/recipe";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import type { Place } from "./labelling";

const WHOLE = "";
const STEP = "step";

/** What is chosen; null: the part as a whole. A region that the step does not have is not chosen. */
export function placeOf(step: Step | null, chosen: string): Place | null {
  if (!step || chosen === WHOLE) return null;
  if (chosen === STEP) return { step: step.name, region: null };
  const region = Number(chosen);
  return region <= regionsOf(step) ? { step: step.name, region } : null;
}

/** Of what good or bad is said: the part, the step that is chosen, or one of its regions. */
export function PlaceChoice({ step, chosen }: { step: Step; chosen: Signal<string> }) {
  const id = useId();
  const many = regionsOf(step);
  const shown = placeOf(step, chosen.value) ? chosen.value : WHOLE;
  return (
    <div class="field">
      <label for={id}>{text("labels.of")}</label>
      <span class="input">
        <select
          id={id}
          value={shown}
          onChange={(event) => {
            chosen.value = event.currentTarget.value;
          }}
        >
          <option value={WHOLE}>{text("labels.of_part")}</option>
          <option value={STEP}>{step.name}</option>
          {many > 1 &&
            Array.from({ length: many }, (_, i) => String(i + 1)).map((one) => (
              <option key={one} value={one}>
                {text("labels.of_region", { step: step.name, region: number(Number(one)) })}
              </option>
            ))}
        </select>
        <Icon name="down" />
      </span>
    </div>
  );
}

function regionsOf(step: Step): number {
  return step.regions?.length ?? 0;
}
