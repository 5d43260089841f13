import { difference } from "../core/format";
import { text } from "../core/texts";
import { Mark } from "../parts/mark";
import { state } from "../station";
import { Float } from "./float";

export const APART_MS = 1000; // nearer clocks agree: the PLC's word was on its way for a while

/** What stands beside the PLC's link where its clock is not the station's. */
export function ClockMark() {
  const ahead = state.value?.plc_clock_ahead_ms ?? 0;
  if (Math.abs(ahead) < APART_MS) return null;
  return <Mark name="warn" label={text("plc.clock_differs", { time: difference(ahead) })} />;
}

const details = async () => (await import("./plc-details")).PlcDetails;

/** Opened by the PLC's link in the top line. */
export function Plc() {
  return <Float id="plc" label={text("plc.title")} load={details} />;
}
