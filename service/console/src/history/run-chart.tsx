import { useRef } from "preact/hooks";
import type { Series } from "../core/contract";
import { decimalsOf, number, unitWords } from "../core/format";
import { bins, extent, stretches } from "../core/series";
import { text } from "../core/texts";
import css from "./history.module.css";
import { open, selected } from "./state";

const HEIGHT = 96; // px, also of the drawing
const SIDE = 12; // per cent of the width, of the histogram

/** One dot a part, between the limits of then; beside it how often which value came. A click opens its part. */
export function RunChart({ series }: { series: Series }) {
  const known = series.values.filter((one) => one.value !== null);
  const values = known.map((one) => one.value ?? 0);
  const held = stretches(known.map(({ limits }) => limits));
  const [low, high] = extent(
    values,
    series.limits.flatMap((one) => [one.low, one.high]),
  );
  const y = (value: number) => HEIGHT * (1 - (value - low) / (high - low));
  const x = (at: number) => ((at + 0.5) / known.length) * (100 - SIDE - 2);
  const plot = useRef<SVGSVGElement>(null);
  const decimals = decimalsOf(low, high);
  const pick = (event: MouseEvent) => {
    const box = plot.current?.getBoundingClientRect();
    if (!box) return;
    const share = ((event.clientX - box.left) / box.width) * (100 / (100 - SIDE - 2));
    const at = Math.floor(share * known.length);
    const part = known[Math.min(known.length - 1, Math.max(0, at))];
    if (share <= 1.02 && part) open(part.number);
  };
  const parts = new Set(known.map((one) => one.number)).size;
  const outside = known.filter(({ judgement }) => judgement !== "PASS").length;
  return (
    <section
      class={`card ${css.chart} ${css.wide}`}
      data-testid="run-chart"
      data-step={series.step}
    >
      <header>
        <h2 class="clip">{`${series.step} ${series.measure}`}</h2>
        <span class="fine">{text("history.dots", { count: number(parts) })}</span>
        <span class="push fine">{unitWords(series.unit)}</span>
      </header>
      <div class={css.dots}>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: J and K go through the parts by keys */}
        <svg
          ref={plot}
          role="img"
          aria-label={text("history.dots_words", {
            step: series.step,
            count: known.length,
            outside,
          })}
          height={HEIGHT}
          onClick={pick}
        >
          {held.map(({ first, last, limits }) => (
            <Band
              key={first}
              from={x(first - 0.5)}
              to={x(last + 0.5)}
              limits={series.limits[limits]}
              y={y}
            />
          ))}
          {known.map(({ number: own, value, judgement }, at) => {
            const current = own === selected.value;
            const look = judgement === "PASS" ? css.dotIn : css.dotOut;
            const size = judgement === "PASS" && !current ? 2 : 4;
            return judgement === "PASS" ? (
              <circle
                key={`${own} ${at}`}
                class={current ? css.dotNow : look}
                cx={`${x(at)}%`}
                cy={y(value ?? 0)}
                r={size}
              />
            ) : (
              <rect
                key={`${own} ${at}`}
                class={`${css.square} ${current ? css.dotNow : look}`}
                x={`${x(at)}%`}
                y={y(value ?? 0)}
                width="8"
                height="8"
              />
            );
          })}
          <Histogram values={values} low={low} high={high} y={y} />
        </svg>
        <span class={css.scale} aria-hidden="true">
          <span>{number(high, decimals)}</span>
          <span>{number(low, decimals)}</span>
        </span>
      </div>
    </section>
  );
}

function Band(props: {
  from: number;
  to: number;
  limits: Series["limits"][number] | undefined;
  y: (value: number) => number;
}) {
  const { low, high } = props.limits ?? { low: null, high: null };
  const top = high === null ? 0 : props.y(high);
  const bottom = low === null ? HEIGHT : props.y(low);
  if (low === null && high === null) return null;
  const [x1, x2] = [`${props.from}%`, `${props.to}%`];
  return (
    <>
      <rect
        class={css.band}
        x={x1}
        width={`${props.to - props.from}%`}
        y={top}
        height={Math.max(0, bottom - top)}
      />
      {high !== null && <line class={css.limit} x1={x1} x2={x2} y1={top} y2={top} />}
      {low !== null && <line class={css.limit} x1={x1} x2={x2} y1={bottom} y2={bottom} />}
    </>
  );
}

/** Lying on its side: the same scale as the dots. */
function Histogram(props: {
  values: readonly number[];
  low: number;
  high: number;
  y: (value: number) => number;
}) {
  const { low, width, counts } = bins(props.values, props.low, props.high);
  const most = Math.max(...counts, 1);
  return (
    <>
      {counts.map((count, at) => {
        const top = props.y(low + (at + 1) * width);
        const height = props.y(low + at * width) - top;
        return (
          <rect
            key={top}
            class={css.bin}
            x={`${100 - SIDE}%`}
            width={`${(SIDE * count) / most}%`}
            y={top + 0.5}
            height={Math.max(0.5, height - 1)}
          />
        );
      })}
    </>
  );
}
