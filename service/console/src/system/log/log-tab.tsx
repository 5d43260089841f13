import { useEffect, useState } from "preact/hooks";
import { text } from "../../core/texts";
import { go, route } from "../../page";
import { may } from "../../session";
import { LEVELS } from "../keys";
import css from "../system.module.css";
import { NotAllowed } from "../told";
import { JournalPane } from "./journal-pane";
import { LevelsDialog } from "./levels-dialog";
import { following, type Level, least, wanted } from "./lines";
import { LinesPane } from "./lines-pane";

/** What the program says, and beside it what people did. */
export function LogTab() {
  const [levels, setLevels] = useState(false);
  const journal = route.value.path[1] === "journal";
  return (
    <div class={css.log} data-shown={journal ? "journal" : "lines"}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one line of faces */}
      <div class={`segmented ${css.which}`} role="group" aria-label={text("log.which")}>
        <button type="button" aria-pressed={!journal} onClick={() => go("system", ["log"])}>
          {text("log.lines")}
        </button>
        <button
          type="button"
          aria-pressed={journal}
          onClick={() => go("system", ["log", "journal"])}
        >
          {text("log.journal")}
        </button>
      </div>
      <section class={css.lines} aria-label={text("log.lines")}>
        <Filter onLevels={() => setLevels(true)} />
        <NotAllowed action="diagnose" whose="engineer" />
        {may("diagnose") && <LinesPane />}
      </section>
      <JournalPane />
      {levels && <LevelsDialog onClose={() => setLevels(false)} />}
    </div>
  );
}

function Filter({ onLevels }: { onLevels: () => void }) {
  const [typed, setTyped] = useState(wanted.value);
  useEffect(() => {
    const settled = setTimeout(() => (wanted.value = typed), 250);
    return () => clearTimeout(settled);
  }, [typed]);
  return (
    <div class={css.filter}>
      <span class="input">
        <select
          aria-label={text("log.least")}
          value={least.value}
          onChange={(event) => (least.value = event.currentTarget.value as Level)}
        >
          {Object.entries(LEVELS).map(([level, words]) => (
            <option value={level} key={level}>
              {text("log.from", { level: text(words) })}
            </option>
          ))}
        </select>
      </span>
      <span class="input">
        <input
          type="search"
          aria-label={text("log.search")}
          placeholder={text("log.search")}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </span>
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={following.value}
        onClick={() => (following.value = !following.value)}
      >
        <i />
        {text("log.follow")}
      </button>
      <button type="button" class="button" onClick={onLevels}>
        {text("log.levels")}
      </button>
    </div>
  );
}
