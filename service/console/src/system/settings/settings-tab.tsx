import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { text } from "../../core/texts";
import { Busy } from "../../parts/busy";
import { Icon } from "../../parts/icon";
import { may } from "../../session";
import { stale } from "../../station";
import css from "../system.module.css";
import { Cards, NotAllowed, Trouble } from "../told";
import { failure, reload, reloading } from "./reload";
import { SectionCard } from "./section-card";
import { changes, keep, load, problems, shown, trouble, undo } from "./settings";

const wanted = signal("");
const differing = signal(false);

/** Every setting as a form; what is kept comes into force by a reload without a gap. */
export function SettingsTab() {
  const allowed = may("settings");
  useEffect(() => void (allowed && load()), [allowed]);
  const said = shown.value;
  return (
    <div class={css.settings}>
      <div class={css.filter}>
        <span class="input">
          <input
            type="search"
            aria-label={text("settings.search")}
            placeholder={text("settings.search")}
            value={wanted.value}
            onInput={(event) => (wanted.value = event.currentTarget.value)}
          />
        </span>
        <button
          type="button"
          class="switch"
          role="switch"
          aria-checked={differing.value}
          onClick={() => (differing.value = !differing.value)}
        >
          <i />
          {text("settings.differing", { count: said?.differ ?? 0 })}
        </button>
      </div>
      <Cards label={text("system.settings")}>
        <NotAllowed action="settings" whose="administrator" />
        {said && !said.writable && (
          <p class="why">{text("settings.read_only", { file: said.file })}</p>
        )}
        {allowed &&
          said?.sections.map((section) => (
            <SectionCard
              key={section.name}
              section={section}
              wanted={wanted.value}
              differing={differing.value}
            />
          ))}
      </Cards>
      {said && <Finish />}
    </div>
  );
}

/** What is to be done with the changes. */
function Finish() {
  const wrong = Object.keys(problems.value).length;
  const due = changes.value === 0 && shown.value?.waiting === true;
  const off = stale.value || reloading.value || !may("settings");
  const apply = async () => {
    if (changes.value > 0 && !(await keep())) return;
    if (await reload()) await load();
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
