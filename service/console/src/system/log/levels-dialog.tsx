import { useEffect, useState } from "preact/hooks";
import { post } from "../../core/api";
import type { LogState } from "../../core/contract";
import { text } from "../../core/texts";
import { Dialog } from "../../parts/dialog";
import { may } from "../../session";
import { Asked } from "../asked";
import { LEVELS } from "../keys";
import css from "../system.module.css";
import { NotAllowed, Trouble } from "../told";
import type { Level } from "./lines";

const state = new Asked<LogState>("log");

/** From which level on each logger writes, until the next start. */
export function LevelsDialog({ onClose }: { onClose: () => void }) {
  const [logger, setLogger] = useState("");
  useEffect(() => state.watch(), []);
  const set = (name: string, level: Level | null) =>
    state.take(() => post<LogState>("log/level", { logger: name, level }));
  return (
    <Dialog title={text("log.levels_title")} onClose={onClose}>
      <p class="quiet">
        {text("log.levels_hold", { place: state.value.value?.destination ?? "" })}
      </p>
      <NotAllowed action="settings" whose="administrator" />
      <Trouble words={state.trouble.value} />
      <ul class={css.levels}>
        {state.value.value?.levels.map(({ logger: name, level, changed }) => (
          <li key={name}>
            <span class={name ? "mono" : ""}>{name || text("log.all")}</span>
            <LevelSelect
              name={name || text("log.all")}
              level={level}
              onChange={(to) => void set(name, to)}
            />
            {changed ? (
              <button type="button" class="button plain" onClick={() => void set(name, null)}>
                {text("log.as_set")}
              </button>
            ) : (
              <span />
            )}
          </li>
        ))}
      </ul>
      <form
        class={css.levels}
        onSubmit={(event) => {
          event.preventDefault();
          void set(logger.trim(), "debug");
        }}
      >
        <div class="field">
          <label for="logger">{text("log.one_more")}</label>
          <span class="input">
            <input
              id="logger"
              value={logger}
              placeholder="service.camera_keeper"
              onInput={(event) => setLogger(event.currentTarget.value)}
            />
          </span>
        </div>
        <button type="submit" class="button" disabled={!may("settings") || !logger.trim()}>
          {text("log.speak")}
        </button>
      </form>
    </Dialog>
  );
}

function LevelSelect(props: { name: string; level: string; onChange: (level: Level) => void }) {
  return (
    <span class="input">
      <select
        aria-label={text("log.level_of", { name: props.name })}
        value={props.level}
        disabled={!may("settings")}
        onChange={(event) => props.onChange(event.currentTarget.value as Level)}
      >
        {Object.entries(LEVELS).map(([level, words]) => (
          <option value={level} key={level}>
            {text(words)}
          </option>
        ))}
      </select>
    </span>
  );
}
