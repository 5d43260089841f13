import type { ComponentChildren } from "preact";
import { difference, moment, number } from "../core/format";
import { hashOf } from "../core/page";
import { text } from "../core/texts";
import { state, stationNow } from "../station";
import css from "./frame.module.css";
import { APART_MS } from "./plc";
import { ToPage } from "./to-page";

/** Who is connected, and whose clock says what. */
export function PlcDetails() {
  const said = state.value;
  if (!said) return null;
  return (
    <>
      <h2>{text("plc.title")}</h2>
      <dl class={css.facts}>
        <Fact name={text("plc.clients")}>{number(said.plc_clients)}</Fact>
        <Fact name={text("plc.clock")}>
          {clockWords(said.plc_clock_ahead_ms)}
          <ToldAt us={said.plc_clock_told_at_us} />
        </Fact>
        <Fact name={text("plc.station_clock")}>
          {text(said.clock_synchronised ? "plc.synchronised" : "plc.free")}
        </Fact>
      </dl>
      <ToPage href={hashOf("plc")} words={text("plc.to_page")} />
    </>
  );
}

function Fact(props: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function clockWords(ahead: number | null): string {
  if (ahead === null) return text("plc.clock_untold");
  if (Math.abs(ahead) < APART_MS) return text("plc.clock_same");
  const key = ahead > 0 ? "plc.clock_ahead" : "plc.clock_behind";
  return text(key, { time: difference(ahead) });
}

function ToldAt({ us }: { us: number | null }) {
  if (us === null) return null;
  const time = moment(us / 1000, stationNow.value);
  return <small class="fine">{text("plc.clock_told", { time })}</small>;
}
