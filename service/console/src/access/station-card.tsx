import { apiAddress } from "../core/api";
import { age } from "../core/format";
import { isTextKey, text } from "../core/texts";
import { Mark, markOf } from "../parts/mark";
import { answered, session, shut } from "../session";
import { results, state, stationNow } from "../station";
import css from "./access.module.css";

/** How the station is, before anybody has signed in; more of it where everybody may watch. */
export function StationCard() {
  const said = session.value;
  if (!said) return null;
  const key = `state.${(state.value?.state ?? said.state).toLowerCase()}`;
  const alive = answered.value;
  return (
    <aside class={css.side} aria-label={text("access.station")}>
      <dl class={`facts-list ${alive ? "" : "is-stale"}`}>
        <dt>{text("access.link")}</dt>
        <dd>
          <span class={`badge ${alive ? "plain" : "stale"}`} data-testid="live">
            {!alive && <Mark name="stale" />}
            {text(alive ? "access.live" : "access.silent")}
          </span>
        </dd>
        <dt>{text("access.state")}</dt>
        <dd class="strong">{isTextKey(key) ? text(key) : said.state}</dd>
        {!shut.value && <LastPart />}
      </dl>
      <img
        class={css.qr}
        src={apiAddress("session/address.svg")}
        width="148"
        height="148"
        alt={text("access.address")}
      />
      <p class="fine">
        {text("access.phone")}
        <br />
        <span class="mono quiet">{location.host}</span>
      </p>
    </aside>
  );
}

function LastPart() {
  const last = results.value[0];
  const now = state.value;
  return (
    <>
      {last && (
        <>
          <dt>{text("access.last")}</dt>
          <dd>
            <span class={`badge ${markOf(last.judgement)}`}>
              <Mark name={markOf(last.judgement)} />
              {last.judgement}
            </span>
          </dd>
          <dt>{text("access.age")}</dt>
          <dd>{age(Math.max(0, stationNow.value - last.at_us / 1000))}</dd>
        </>
      )}
      {now?.recipe && (
        <>
          <dt>{text("top.recipe")}</dt>
          <dd>{`${now.job} ${now.recipe} v${now.recipe_version}`}</dd>
        </>
      )}
    </>
  );
}
