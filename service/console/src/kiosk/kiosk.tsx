import { useEffect } from "preact/hooks";
import { number, percent } from "../core/format";
import { text } from "../core/texts";
import { ForcedBanner } from "../frame/forced-banner";
import { stateWords } from "../frame/state-words";
import { go } from "../page";
import { Icon } from "../parts/icon";
import { Mark, markOf } from "../parts/mark";
import { useShortcuts } from "../parts/shortcuts/shortcuts";
import { Picture } from "../run/picture";
import runCss from "../run/run.module.css";
import { complete, counters, hello, results, stale, state } from "../station";
import css from "./kiosk.module.css";
import { KioskVerdict } from "./verdict";

const LAST = 9;
const leave = () => go("run");

/** Run for a screen on the wall, readable from three metres. Escape, or a press into the upper corner, leaves it. */
export function Kiosk() {
  useShortcuts("kiosk.name", [{ keys: ["Escape"], name: "kiosk.leave", act: leave }]);
  const part = results.value[0];
  useEffect(() => {
    if (part) void complete(part);
  }, [part?.number]);
  return (
    <main class={css.kiosk} data-testid="kiosk">
      <h1 class="said">{hello.value?.station ?? text("kiosk.name")}</h1>
      <ForcedBanner />
      <section class={`${runCss.view} ${css.see}`} aria-label={text("picture.name")}>
        <Picture large />
      </section>
      <KioskVerdict />
      <Foot />
      <button type="button" class={css.corner} aria-label={text("kiosk.leave")} onClick={leave}>
        <Icon name="full" />
      </button>
    </main>
  );
}

function Foot() {
  const last = results.value.slice(0, LAST);
  const said = state.value;
  const recipe = said?.recipe ? ` · ${said.job} ${said.recipe} v${said.recipe_version}` : "";
  return (
    <footer class={`${css.foot} ${stale.value ? "is-stale" : ""}`}>
      <ol class={css.last} aria-label={text("strip.name", { count: last.length })}>
        {last.map(({ number, judgement }) => (
          <li key={number}>
            <Mark name={markOf(judgement)} label={judgement} />
          </li>
        ))}
      </ol>
      <dl>
        <div>
          <dt>{text("counts.parts")}</dt>
          <dd>{number(counters.value?.total ?? null)}</dd>
        </div>
        <div>
          <dt>{text("counts.yield")}</dt>
          <dd>{percent(counters.value?.yield_percent ?? null)}</dd>
        </div>
      </dl>
      <p class={css.where}>
        <b>{hello.value?.station}</b>
        <span>{stateWords(said) + recipe}</span>
      </p>
    </footer>
  );
}
