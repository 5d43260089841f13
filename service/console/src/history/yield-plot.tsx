import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import type { Trend } from "../core/contract";
import { moment, percent } from "../core/format";
import css from "./history.module.css";

const HEIGHT_PX = 96;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
/** Between two marks of the time axis: never less than what one point stands for. */
const STEPS_S = [
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR_S),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY_S),
];

/** The yield over time, a point an hour, a shift or a day. */
export function YieldPlot({ trend, label }: { trend: Trend; label: string }) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const gone = new AbortController();
    void draw(element, trend, gone.signal);
    return () => gone.abort();
  }, [trend]);
  return <div class={css.plot} ref={holder} role="img" aria-label={label} />;
}

/** The plotting library comes after the page: nobody waits for it. */
async function draw(element: HTMLElement, trend: Trend, gone: AbortSignal): Promise<void> {
  const { Plot } = await import("./plot");
  if (gone.aborted) return;
  const plot = new Plot(options(element, trend), dataOf(trend), element);
  const observer = new ResizeObserver(() =>
    plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
  );
  observer.observe(element);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", () => plot.redraw(false, true), { signal: gone });
  gone.addEventListener("abort", () => {
    observer.disconnect();
    plot.destroy();
  });
}

function dataOf({ items }: Trend): uPlot.AlignedData {
  return [
    items.map(({ since_us }) => since_us / 1e6),
    items.map(({ yield_percent }) => yield_percent),
  ];
}

/** From the first point to the last; round a single one, for which the library would take a day. */
function span({ items }: Trend): [number, number] {
  const low = (items[0]?.since_us ?? 0) / 1e6;
  const high = (items.at(-1)?.since_us ?? 0) / 1e6;
  return low < high ? [low, high] : [low - HOUR_S, low + HOUR_S];
}

function options(element: HTMLElement, trend: Trend): uPlot.Options {
  const token = (name: string) => () => getComputedStyle(element).getPropertyValue(name).trim();
  const ink = token("--plot-ink");
  const grid = { stroke: token("--plot-line"), width: 1 };
  const font = "13px Inter, sans-serif";
  return {
    width: element.clientWidth || 300,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: () => span(trend) },
      y: { range: (_, low) => [Math.max(0, Math.min(low, 99) - 1), 100] },
    },
    series: [
      {},
      {
        stroke: token("--plot-curve"),
        fill: token("--plot-area"),
        width: 1.5,
        points: { size: 5 },
      },
    ],
    axes: [
      {
        stroke: ink,
        font,
        size: 22,
        space: 90,
        incrs: STEPS_S,
        grid: { show: false },
        ticks: { show: false },
        values: (_, at) => at.map((second) => moment(second * 1000, Date.now())),
      },
      {
        stroke: ink,
        font,
        size: 56,
        space: 30,
        grid,
        ticks: { show: false },
        values: (_, at) => at.map((one) => percent(one, one % 1 ? 1 : 0)),
      },
    ],
  };
}
