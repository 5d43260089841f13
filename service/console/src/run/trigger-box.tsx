import { signal } from "@preact/signals";
import { Problem, post } from "../core/api";
import { text } from "../core/texts";
import { offlineWords, rejectWords } from "../core/words";
import { resume } from "../live";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { stale, state, texts } from "../station";
import css from "./run.module.css";

const rejected = signal("");
const asking = signal(false);
const SHOWN_MS = 8000;
let shownUntil: ReturnType<typeof setTimeout> | undefined;

/** Inspect one part by hand; where that cannot be, a line beside the button says why. */
export function TriggerBox() {
  const off = whyOff();
  const why = off || (rejected.value && text("trigger.rejected", { reason: rejected.value }));
  return (
    <div class={css.last}>
      {why && (
        <p class="why" id="trigger-why" role="status">
          {off ? <Icon name="lock" /> : <Mark name="warn" />}
          <span>{why}</span>
        </p>
      )}
      <button
        type="button"
        class="button primary wide big"
        disabled={off !== ""}
        aria-describedby={why ? "trigger-why" : undefined}
        data-testid="trigger"
        onClick={() => void trigger()}
      >
        <Icon name="trigger" />
        <span class="t">{text("trigger.do")}</span>
      </button>
    </div>
  );
}

function whyOff(): string {
  const said = state.value;
  if (!said || stale.value) return text("trigger.stale");
  if (!may("trigger")) return text("may.operator");
  if (said.online) return "";
  return text("trigger.offline", {
    reason: offlineWords(texts.value, said) || text("banner.offline_unknown"),
  });
}

async function trigger(): Promise<void> {
  if (asking.value) return;
  asking.value = true;
  resume();
  try {
    await post("station/trigger");
    rejected.value = "";
  } catch (error) {
    rejected.value = refusal(error);
    clearTimeout(shownUntil);
    shownUntil = setTimeout(() => (rejected.value = ""), SHOWN_MS);
  } finally {
    asking.value = false;
  }
}

function refusal(error: unknown): string {
  if (error instanceof Problem) return rejectWords(texts.value, error.code, error.message);
  return error instanceof Error ? error.message : String(error);
}
