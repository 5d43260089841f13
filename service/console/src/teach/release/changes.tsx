import { useSignal } from "@preact/signals";
import { apiAddress } from "../../core/api";
import type { Change } from "../../core/evaluated";
import { number } from "../../core/format";
import { text } from "../../core/texts";
import { Mark, markOf } from "../../parts/mark";
import { Lossy } from "../lossy";
import css from "./release.module.css";

const FIRST = 50; // rows; more on request

/** Every image that is judged otherwise, and none else. */
export function Changes(props: { changes: readonly Change[]; onOpen: (change: Change) => void }) {
  const shown = useSignal(FIRST);
  const { changes } = props;
  if (changes.length === 0) return null;
  return (
    <>
      <ul class={css.changes} aria-label={text("release.changes")}>
        {changes.slice(0, shown.value).map((change) => (
          <li key={change.image}>
            <button
              type="button"
              class={css.change}
              disabled={change.inspection === null}
              onClick={() => props.onOpen(change)}
              data-testid={`change-${change.inspection ?? change.image}`}
            >
              {change.inspection === null ? (
                <span class={css.noThumb} />
              ) : (
                <span class={css.thumb}>
                  <img
                    src={apiAddress(`inspections/${change.inspection}/thumbnail`)}
                    alt=""
                    width="320"
                    height="240"
                    loading="lazy"
                  />
                  <Lossy is={change.lossy} />
                </span>
              )}
              <span class={css.facts}>
                <b>{change.inspection === null ? change.image : `#${change.inspection}`}</b>
                <span class={css.arrow}>
                  <Mark name={markOf(change.before)} />
                  {change.before}
                  <span aria-hidden="true">→</span>
                  <span class="said">{text("release.becomes")}</span>
                  <Mark name={markOf(change.after)} />
                  {change.after}
                </span>
                <small class="fine">{change.steps.join(", ") || change.message}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {changes.length > shown.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            shown.value += FIRST;
          }}
        >
          {text("release.show_more", { count: number(changes.length - shown.value) })}
        </button>
      )}
    </>
  );
}
