import { text } from "../../core/texts";
import { Busy } from "../../parts/busy";
import { Icon } from "../../parts/icon";
import { may } from "../../session";
import { stale } from "../../station";
import css from "../system.module.css";
import { Trouble } from "../told";
import { failure, reload, reloading } from "./reload";
import { changes, keep, load, problems, shown, trouble, undo } from "./settings";

/** What is to be done with the changes. `onApplied`: they are in force now. */
export function Finish({ onApplied }: { onApplied?: () => Promise<void> }) {
  const wrong = Object.keys(problems.value).length;
  const due = changes.value === 0 && shown.value?.waiting === true;
  const off = stale.value || reloading.value || !may("settings");
  const apply = async () => {
    if (changes.value > 0 && !(await keep())) return;
    if (!(await reload())) return;
    await load();
    await onApplied?.();
  };
  return (
    <div class={css.finish} data-testid="settings-finish">
      <div class={css.said}>
        {reloading.value ? (
          <Busy words={text("settings.reloading")} />
        ) : (
          <p class="fine" role="status">
            {wrong > 0
              ? text("settings.wrong", { count: wrong })
              : due
                ? text("settings.due")
                : text("settings.changed", { count: changes.value })}
          </p>
        )}
        <Trouble words={trouble.value} />
        <Trouble words={failure.value && text("settings.failed", { reason: failure.value })} />
      </div>
      <button
        type="button"
        class="button plain"
        disabled={changes.value === 0 || reloading.value}
        onClick={undo}
      >
        <Icon name="undo" />
        {text("settings.undo")}
      </button>
      <button
        type="button"
        class="button primary"
        disabled={off || (changes.value === 0 && !due)}
        onClick={() => void apply()}
      >
        {text("settings.apply")}
      </button>
    </div>
  );
}
