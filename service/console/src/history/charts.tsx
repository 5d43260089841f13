import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../core/api";
import type { Rejects, Trend } from "../core/contract";
import { number, percent } from "../core/format";
import { text } from "../core/texts";
import { route } from "../page";
import { hello } from "../station";
import css from "./history.module.css";
import { chosen, measure, series } from "./measured";
import { RunChart } from "./run-chart";
import { ask, asked, detail, filter, items } from "./state";
import { byWords } from "./words";
import { YieldPlot } from "./yield-plot";

const rejects = signal<Rejects | null>(null);
const trend = signal<Trend | null>(null);
const SHOWN = 5; // classes or steps

/** What the parts that were found are together. */
export function Charts() {
  const query = route.value.query.toString();
  const known = hello.value !== null;
  const newest = items.value[0]?.number;
  const job = detail.value?.job;
  const step = chosen.value;
  useEffect(() => {
    const own = new AbortController();
    if (known && newest !== undefined) void ask_(own.signal);
    return () => own.abort();
  }, [known, query, newest]);
  useEffect(() => {
    const own = new AbortController();
    if (known && step && job !== undefined) void measure(step, job, own.signal);
    return () => own.abort();
  }, [known, query, step, job]);
  return (
    <div class={css.charts}>
      <YieldCard />
      <Pareto />
      {series.value && series.value.values.length > 0 && <RunChart series={series.value} />}
    </div>
  );
}

async function ask_(abort: AbortSignal): Promise<void> {
  const by = { today: "hour", day: "hour", week: "shift", month: "day", all: "day" } as const;
  const unit = by[filter.value.time];
  try {
    rejects.value = await get<Rejects>(
      `statistics/rejects?${asked(["judgement", "tool", "reject_class"])}`,
      abort,
    );
    const usual = asked(["judgement", "tool", "reject_class", "verdict", "image"]);
    trend.value = await get<Trend>(`statistics/yield?by=${unit}&${usual}`, abort);
  } catch (error) {
    if (!abort.aborted) console.warn("no figures", error);
  }
}

function YieldCard() {
  const told = trend.value;
  if (!told || told.items.length === 0) return null;
  const total = told.items.reduce((sum, one) => sum + one.total, 0);
  const passed = told.items.reduce((sum, one) => sum + one.pass, 0);
  const share = percent((100 * passed) / total);
  const low = percent(Math.min(...told.items.map((one) => one.yield_percent)));
  return (
    <section class={`card ${css.chart}`} data-testid="yield">
      <header>
        <h2>{text("history.yield")}</h2>
        <span class="fine">{byWords(told.by, number(total))}</span>
        <b class="push">{share}</b>
      </header>
      <YieldPlot trend={told} label={text("history.yield_words", { share, low })} />
    </section>
  );
}

/** The most frequent reasons; a click asks for their parts. */
function Pareto() {
  const told = rejects.value;
  if (!told || told.parts === 0) return null;
  const steps = told.steps.slice(0, SHOWN);
  const classes = told.classes.slice(0, SHOWN);
  const by = steps.length > 0 ? "step" : "class";
  const bars =
    by === "step"
      ? steps.map(({ step, count }) => ({ name: step, count, change: { tool: step } }))
      : classes.map((one) => ({
          name: className(one.reject_class),
          count: one.count,
          change: { reject_class: String(one.reject_class) },
        }));
  return (
    <section class={`card ${css.chart}`} data-testid="pareto">
      <header>
        <h2>{text("history.pareto")}</h2>
        <span class="fine">
          {text(told.more ? "history.newest_rejects" : "history.rejects", {
            count: number(told.parts),
          })}
        </span>
      </header>
      <ul class={css.bars}>
        {bars.map((bar) => (
          <Bar key={bar.name} {...bar} most={bars[0]?.count ?? 1} />
        ))}
      </ul>
      {classes.length > 0 && by === "step" && (
        <p class={css.classes}>
          <span class="fine">{text("history.classes")}</span>
          {classes.map((one) => (
            <button
              type="button"
              class={css.classButton}
              key={one.reject_class}
              aria-pressed={filter.value.fields.reject_class === String(one.reject_class)}
              onClick={() => toggle("reject_class", String(one.reject_class))}
            >
              {`${className(one.reject_class)}: ${number(one.count)}`}
            </button>
          ))}
        </p>
      )}
    </section>
  );
}

function Bar(props: {
  name: string;
  count: number;
  most: number;
  change: { tool?: string; reject_class?: string };
}) {
  const [[field, value] = ["tool", ""]] = Object.entries(props.change);
  const on = filter.value.fields[field as "tool"] === value;
  return (
    <li>
      <button type="button" class={css.bar} aria-pressed={on} onClick={() => toggle(field, value)}>
        <span class="clip">{props.name}</span>
        <span class={css.track} aria-hidden="true">
          <i style={{ inlineSize: `${(100 * props.count) / props.most}%` }} />
        </span>
        <span class={css.count}>{number(props.count)}</span>
      </button>
    </li>
  );
}

function toggle(field: string, value: string): void {
  const on = filter.value.fields[field as "tool"] === value;
  ask({ [field]: on ? "" : value });
}

function className(reject_class: number): string {
  if (reject_class === 65535) return "ERROR";
  return text("history.class_number", { number: reject_class });
}
