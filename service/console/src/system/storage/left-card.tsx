import { bytes, number } from "../../core/format";
import { text } from "../../core/texts";
import { stale } from "../../station";
import css from "../system.module.css";
import { storage } from "./storage";
import { leftWords, limitWords } from "./words";

/** The one answer: how many days are left, and what comes then. */
export function LeftCard() {
  const said = storage.value;
  if (!said) return null;
  const first = said.limits[0];
  return (
    <section class="card" data-testid="storage">
      <header>
        <h2>{text("storage.title")}</h2>
      </header>
      <dl class={`body ${css.figures} ${stale.value ? "is-stale" : ""}`}>
        <Figure name={text("storage.left")} value={leftWords(said.days_left)} />
        <Figure
          name={text("storage.free")}
          value={bytes(said.disk_free_bytes)}
          aside={text("storage.of", { size: bytes(said.disk_bytes) })}
        />
        <Figure name={text("storage.comes")} value={bytes(said.bytes_per_day)} />
        <Figure name={text("storage.results")} value={number(said.results.results)} />
      </dl>
      <p class={`body quiet ${css.sentence}`}>
        {said.days_left === null || !first
          ? text("storage.lasts")
          : text("storage.first", { limit: limitWords(first), setting: first.setting })}
      </p>
    </section>
  );
}

function Figure(props: { name: string; value: string; aside?: string }) {
  const [figure, unit] = props.value.split("\u00a0");
  return (
    <div class="count">
      <dt>{props.name}</dt>
      <dd>
        {figure}
        {unit && <small>{`\u202f${unit}`}</small>}
        {props.aside && <small>{` ${props.aside}`}</small>}
      </dd>
    </div>
  );
}
