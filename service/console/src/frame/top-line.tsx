import { UserButton } from "../access/user-menu";
import { clock, number } from "../core/format";
import { hashOf } from "../core/page";
import { text } from "../core/texts";
import { alarms, hello, stale, state, stationNow } from "../station";
import { AlarmsButton } from "./alarms";
import css from "./frame.module.css";
import { ClockMark } from "./plc";
import { RecipeButton } from "./recipe";
import { stateWords } from "./state-words";

/** The same line over every page: which station, how it is, who is connected. */
export function TopLine() {
  const said = state.value;
  return (
    <header class="top">
      <span class="station">
        <span class="clip">{hello.value?.station ?? ""}</span>
      </span>
      <span class={`state ${stale.value ? "is-stale" : ""}`} role="status" data-testid="state">
        <span class="clip">{stateWords(said)}</span>
      </span>
      <RecipeButton />
      {said?.simulated && (
        <span class={css.simulated}>
          <span class="badge plain">{text("top.simulated")}</span>
        </span>
      )}
      <span class="push" />
      <AlarmsButton />
      <button type="button" class={`link ${lost(500)} ${css.opens}`} popovertarget="plc">
        <Link name={text("top.plc")} clients={said?.plc_clients} lost={lost(500) !== ""} />
        <ClockMark />
      </button>
      <a
        class={`link ${lost(600)} ${css.opens}`}
        href={hashOf("plc", ["clients"])}
        title={text("top.ua_clients")}
      >
        <Link name={text("top.ua")} clients={said?.opcua_clients} lost={lost(600) !== ""} />
      </a>
      <UserButton />
      <span class="clock">{clock(stationNow.value)}</span>
    </header>
  );
}

/** A link that works is grey; one that an alarm of its hundred speaks of is an amber block with its word. */
function Link(props: { name: string; clients: number | undefined; lost: boolean }) {
  return (
    <>
      <i class={`dot ${props.clients ? "" : css.nobody}`} />
      {props.name} {props.lost ? text("top.lost") : <small>{number(props.clients || null)}</small>}
    </>
  );
}

/** "lost" while an alarm of this hundred stands. */
function lost(from: number): "lost" | "" {
  const stands = alarms.value.some(({ number }) => number >= from && number < from + 100);
  return stands ? "lost" : "";
}
