import type { ComponentChildren } from "preact";
import { difference, moment, number } from "../core/format";
import { hashOf } from "../core/page";
import { text } from "../core/texts";
import { Mark } from "../parts/mark";
import { state, stationNow } from "../station";
import css from "./frame.module.css";
import { ToPage } from "./to-page";

const APART_MS = 1000; // nearer clocks agree: the PLC's word was on its way for a while

/** What stands beside the PLC's link where its clock is not the station's. */
export function ClockMark() {
  const ahead = state.value?.plc_clock_ahead_ms ?? 0;
  if (Math.abs(ahead) < APART_MS) return null;
  return <Mark name="warn" label={text("plc.clock_differs", { time: difference(ahead) })} />;
}

/** Opened by the PLC's link in the top line: who is connected, and whose clock says what. */
export function PlcDetails() {
  const said = state.value;
  if (!said) return null;
  return (
    <section class={css.float} id="plc" popover="auto" aria-label={text("plc.title")}>
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
    </section>
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
