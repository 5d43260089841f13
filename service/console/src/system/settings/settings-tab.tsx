import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { text } from "../../core/texts";
import { route } from "../../page";
import { may } from "../../session";
import css from "../system.module.css";
import { Cards, NotAllowed } from "../told";
import { Finish } from "./finish";
import { SectionCard } from "./section-card";
import { load, shown } from "./settings";

const wanted = signal("");
const differing = signal(false);

/** Every setting as a form; what is kept comes into force by a reload without a gap. */
export function SettingsTab() {
  const allowed = may("settings");
  useEffect(() => void (allowed && load()), [allowed]);
  const asked = route.value.query.get("find");
  useEffect(() => {
    if (asked === null) return;
    differing.value = false;
    wanted.value = asked;
  }, [asked]);
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
