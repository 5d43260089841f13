import { number, percent } from "../../core/format";
import { BARS, barsOf } from "../../core/lighting";
import { text } from "../../core/texts";
import css from "./camera.module.css";
import { best, rate, seen } from "./live";

const HIGH = 60; // units of the drawing

/** Histogram, focus and brightness of the picture that is shown. */
export function Measured() {
  const said = seen.value?.said;
  const focus = said ? said.focus : null;
  return (
    <section class={css.measure} aria-label={text("camera.measured")} data-testid="camera-measured">
      <Histogram />
      <dl>
        <Count name={text("camera.focus")} value={number(focus, 1)}>
          {text("camera.best", { value: number(best.value || null, 1) })}
        </Count>
        <Count name={text("camera.mean")} value={number(said ? said.mean_grey : null)}>
          {text("unit.grey")}
        </Count>
        <Count name={text("camera.rate")} value={number(said ? rate.value : null)}>
          {text("camera.per_second")}
        </Count>
      </dl>
      <svg class={css.focus} role="img" aria-label={text("camera.focus_bar")}>
        <line x1="0" x2="100%" y1="3" y2="3" />
        <line class={css.sharp} x1="0" x2={`${share(focus)}%`} y1="3" y2="3" />
      </svg>
    </section>
  );
}

/** Of the best so far, in percent. */
function share(focus: number | null): number {
  return focus !== null && best.value > 0 ? Math.round((100 * focus) / best.value) : 0;
}

function Count(props: { name: string; value: string; children: string }) {
  return (
    <div class="count">
      <dt>{props.name}</dt>
      <dd>
        {props.value} <small>{props.children}</small>
      </dd>
    </div>
  );
}

function Histogram() {
  const said = seen.value?.said;
  const white = percent(said ? 100 * said.bright : null);
  const black = percent(said ? 100 * said.dark : null);
  return (
    <figure class={css.histogram}>
      <svg
        role="img"
        aria-label={text("camera.histogram", { white, black })}
        viewBox={`0 0 ${BARS} ${HIGH}`}
        preserveAspectRatio="none"
      >
        {said &&
          barsOf(said.histogram).map((share, bar) => (
            <rect
              key={bar}
              class={said.bright > 0 && bar === BARS - 1 ? css.clipped : undefined}
              x={bar}
              y={HIGH * (1 - share)}
              width="0.82"
              height={HIGH * share}
            />
          ))}
      </svg>
      <figcaption>
        <span>{text("camera.black", { share: black })}</span>
        <span class={said && said.bright > 0 ? css.hot : undefined}>
          {text("camera.white", { share: white })}
        </span>
      </figcaption>
    </figure>
  );
}
