import { useEffect } from "preact/hooks";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { may } from "../session";
import { state } from "../station";
import { ForceDialog } from "./force-dialog";
import { asked, learnForces, learnPoints } from "./forces";
import css from "./plc.module.css";
import { tried } from "./polled";

/** Force any value; the dialog is the same for a row of the table. */
export function ForceButton() {
  const forced = state.value?.forced;
  useEffect(() => void tried(learnPoints), []);
  useEffect(() => void tried(learnForces), [forced?.count, forced?.ends_at_us]);
  return (
    <>
      <span class="push" />
      {!may("force_io") && <p class={`why ${css.opt}`}>{text("force.may_not")}</p>}
      <button
        type="button"
        class={`button ${css.force}`}
        aria-label={text("force.open")}
        disabled={!may("force_io")}
        onClick={() => (asked.value = "")}
      >
        <Icon name="hand" />
        <span class="t">{text("force.open")}</span>
      </button>
      {asked.value !== null && (
        <ForceDialog first={asked.value} onClose={() => (asked.value = null)} />
      )}
    </>
  );
}
