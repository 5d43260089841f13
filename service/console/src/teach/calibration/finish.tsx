import type { ComponentChildren } from "preact";
import { text } from "../../core/texts";
import { Busy } from "../../parts/busy";
import { Mark } from "../../parts/mark";
import type { Wanted } from "./calibrate";
import css from "./calibration.module.css";
import type { Trying } from "./trying";
import type { WizardProps } from "./wizard";

/** Try, see what is left over, keep: the end of every form. */
export function Finish(props: {
  wizard: WizardProps;
  trying: Trying;
  wanted: Wanted | null; // null: something is missing still
  missing: string; // what
  children: ComponentChildren; // what was found
}) {
  const { wizard, trying, wanted } = props;
  const found = trying.found.value;
  const why = wizard.off || (wanted ? "" : props.missing);
  const [tryWords, keepWords] = [text("calib.try"), text("calib.keep")];
  return (
    <div class={css.finish}>
      <div class="actions">
        <button
          type="button"
          class={`button ${found ? "" : "primary"}`}
          disabled={why !== "" || trying.busy.value}
          onClick={() => wanted && void trying.try(wizard, wanted)}
        >
          {tryWords}
        </button>
        {found && !trying.kept.value && (
          <button
            type="button"
            class="button primary"
            disabled={trying.busy.value || wizard.off !== ""}
            onClick={() => void trying.keep(wizard)}
          >
            {keepWords}
          </button>
        )}
      </div>
      {why && <p class="why">{why}</p>}
      {trying.busy.value && <Busy words={text("calib.busy")} />}
      {trying.problems.value.length > 0 && (
        <ul class={css.problems} role="alert">
          {trying.problems.value.map((problem) => (
            <li class="why" key={problem}>
              <Mark name="warn" />
              {problem}
            </li>
          ))}
        </ul>
      )}
      {found && (
        <div class={css.result} role="status" data-testid="calibration-result">
          {props.children}
          {trying.kept.value && (
            <p class={css.kept}>
              <Mark name="pass" />
              {text("calib.kept")}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
