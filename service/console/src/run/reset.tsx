import { useRef, useState } from "preact/hooks";
import { post } from "../core/api";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { may } from "../session";
import { counters, stale } from "../station";
import { partsWords } from "./words";

/** Counters cannot be brought back, so this asks first. */
export function ResetButton() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [refused, setRefused] = useState("");

  const reset = async () => {
    try {
      await post("counters/reset");
      dialog.current?.close();
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    }
  };
  const ask = () => {
    setRefused("");
    dialog.current?.showModal();
  };

  return (
    <>
      <button
        type="button"
        class="button plain"
        disabled={stale.value || !may("counters")}
        onClick={ask}
      >
        <Icon name="reset" />
        <span class="t">{text("counts.reset")}</span>
      </button>
      <dialog class="dialog" ref={dialog} aria-labelledby="reset-title">
        <h2 id="reset-title">{text("counts.reset_title")}</h2>
        <div class="body">
          <p>{text("counts.reset_ask", { parts: partsWords(counters.value?.total ?? 0) })}</p>
          {refused && <p role="alert">{refused}</p>}
        </div>
        <footer>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {text("counts.reset_not")}
          </button>
          <button type="button" class="button primary" onClick={() => void reset()}>
            {text("counts.reset_do")}
          </button>
        </footer>
      </dialog>
    </>
  );
}
