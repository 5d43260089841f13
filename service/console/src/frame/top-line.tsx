import { clock, number } from "../core/format";
import { isTextKey, text } from "../core/texts";
import { alarms, hello, stale, state, stationNow } from "../station";
import { AlarmsButton } from "./alarms";
import css from "./frame.module.css";

/** The same line over every page: which station, how it is, who is connected. */
export function TopLine() {
  const said = state.value;
  return (
    <header class="top">
      <span class="station">
        <span class="clip">{hello.value?.station ?? ""}</span>
      </span>
      <span class={`state ${stale.value ? "is-stale" : ""}`} role="status" data-testid="state">
        <span class="clip">{stateWords()}</span>
      </span>
      {said?.recipe && (
        <span class="recipe clip">
          <span class="said">{text("top.recipe")}</span>
          <span class="clip">{`${said.job} ${said.recipe} v${said.recipe_version}`}</span>
        </span>
      )}
      {said?.simulated && (
        <span class={css.simulated}>
          <span class="badge plain">{text("top.simulated")}</span>
        </span>
      )}
      <span class="push" />
      <AlarmsButton />
      <Link name={text("top.plc")} clients={said?.plc_clients} alarmsFrom={500} />
      <Link name={text("top.ua")} clients={said?.opcua_clients} alarmsFrom={600} />
      <span class="clock">{clock(stationNow.value)}</span>
    </header>
  );
}

/** A link that works is grey; one that an alarm of its hundred speaks of is an amber block with its word. */
function Link(props: { name: string; clients: number | undefined; alarmsFrom: number }) {
  const from = props.alarmsFrom;
  const lost = alarms.value.some((alarm) => alarm.number >= from && alarm.number < from + 100);
  return (
    <span class={`link ${lost ? "lost" : ""}`}>
      <i class={`dot ${props.clients ? "" : css.nobody}`} />
      {props.name} {lost ? text("top.lost") : <small>{number(props.clients || null)}</small>}
    </span>
  );
}

function stateWords(): string {
  const said = state.value;
  if (!said) return number(null);
  const key = `state.${said.state.toLowerCase()}`;
  return isTextKey(key) ? text(key) : said.state_text;
}
