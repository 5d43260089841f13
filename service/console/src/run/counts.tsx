import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { milliseconds, moment, number, percent } from "../core/format";
import { yieldByHour } from "../core/hours";
import { text } from "../core/texts";
import { counters, hours, results, stale, stationNow } from "../station";
import { ResetButton } from "./reset";
import css from "./run.module.css";
import { shift, watchShift } from "./shift";
import { Trend } from "./trend";
import { partsWords } from "./words";

/** Counts since the last reset, yield and cycle time with where they come from. */
export function Counts() {
  useEffect(watchShift, []);
  const counted = counters.value;
  if (!counted) return null;
  return (
    <section class={`card ${css.counts}`} data-testid="counts">
      <header>
        <h2 class="clip">
          {sinceWords(counted.since_us)}
          {counted.reset_by && (
            <small class="fine">{` · ${text("counts.reset_by", { who: counted.reset_by })}`}</small>
          )}
        </h2>
        <span class="push" />
        <ResetButton />
      </header>
      <dl class={`body ${stale.value ? "is-stale" : ""}`}>
        <Count name={text("counts.parts")} value={number(counted.total)} />
        <Count name={text("counts.rejects")} value={number(counted.fail + counted.error)} />
        <Count name={text("counts.yield")} value={percent(counted.yield_percent)}>
          <YieldTrend />
        </Count>
        <Count name={text("counts.cycle")} value={cycle()}>
          <CycleTrend />
        </Count>
      </dl>
      <Shift />
    </section>
  );
}

/** The same of the shift, which nobody resets. */
function Shift() {
  const counted = shift.value;
  if (!counted) return null;
  const { shift: name, shift_since_us, total } = counted;
  const since = { name, time: moment(shift_since_us / 1000, stationNow.value) };
  const said = [
    partsWords(total),
    text("counts.rejects_of", { count: number(counted.fail + counted.error) }),
    total > 0 && percent((100 * counted.pass) / total),
  ];
  return (
    <p class={`fine ${css.shift} ${stale.value ? "is-stale" : ""}`} data-testid="shift">
      <b>{text(name ? "counts.shift" : "counts.today", since)}</b>{" "}
      {said.filter(Boolean).join(" · ")}
    </p>
  );
}

function sinceWords(us: number): string {
  if (us === 0) return text("counts.ever");
  return text("counts.since", { time: moment(us / 1000, stationNow.value) });
}

function Count(props: { name: string; value: string; children?: ComponentChildren }) {
  const [figure, unit] = props.value.split("\u00a0");
  return (
    <div class="count">
      <dt>{props.name}</dt>
      <dd>
        {figure}
        {unit && <small>{`\u202f${unit}`}</small>}
      </dd>
      {props.children}
    </div>
  );
}

function cycle(): string {
  const newest = results.value[0];
  return newest ? milliseconds(newest.cycle_us) : number(null);
}

function YieldTrend() {
  const yields = yieldByHour(hours.value);
  const low = percent(Math.min(...yields));
  return (
    <Trend values={yields} sentence={text("counts.yield_trend", { count: yields.length, low })} />
  );
}

function CycleTrend() {
  const cycles = results.value.map(({ cycle_us }) => cycle_us).reverse();
  const high = milliseconds(Math.max(...cycles));
  return (
    <Trend values={cycles} sentence={text("counts.cycle_trend", { count: cycles.length, high })} />
  );
}
