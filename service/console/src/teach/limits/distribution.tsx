import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { number, quantity } from "../../core/format";
import { histogram } from "../../core/limits/histogram";
import { boundsOf, isInside, type Limit, type Seen, type Side } from "../../core/limits/limit";
import { decimalsAt, onGrid, placeOf, type Scale, valueAt } from "../../core/limits/scale";
import { text } from "../../core/texts";
import { Bars } from "./bars";
import { Grip } from "./grip";
import css from "./limits.module.css";

const TOP = 10; // per cent of the drawing above the plot, where "now" stands
const TALL = 74; // of the plot
const REACH_PX = 22; // a grip is taken from as far

export interface DistributionProps {
  name: string; // what is measured, for who does not see it
  unit: string;
  scale: Scale;
  seen: readonly Seen[];
  limit: Limit;
  now: number | null; // of the image that is shown
  onMove: (side: Side, value: number | null) => void;
  off?: boolean; // it cannot be changed
}

/** Good images grow up, bad ones down; what lies outside of the limits is hatched, and the limits can be moved. */
export function Distribution(props: DistributionProps) {
  const { scale, limit, name, unit, now } = props;
  const bounds = boundsOf(limit);
  const plot = useRef<SVGSVGElement>(null);
  const held = useRef<Side | null>(null);
  const bars = useMemo(() => histogram(props.seen, scale), [props.seen, scale]);

  const placeAt = (clientX: number): number => {
    const box = plot.current?.getBoundingClientRect();
    return box ? (clientX - box.left) / box.width : 0;
  };
  const take = (event: PointerEvent) => {
    if (props.off || event.button !== 0) return;
    const side = nearestSide(placeAt(event.clientX), bounds, scale, plot.current?.clientWidth ?? 1);
    if (!side || !(event.currentTarget instanceof Element)) return;
    held.current = side;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.querySelector<SVGElement>(`[data-side="${side}"]`)?.focus();
    event.preventDefault();
  };
  const move = (event: PointerEvent) => {
    if (!held.current) return;
    const place = Math.min(1, Math.max(0, placeAt(event.clientX)));
    props.onMove(held.current, onGrid(scale, valueAt(scale, place)));
  };
  const leave = () => {
    held.current = null;
  };

  return (
    <div class={css.distribution} data-testid="distribution">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset takes no drawing */}
      <svg
        ref={plot}
        role="group"
        aria-label={text("limits.over", { name })}
        onPointerDown={take}
        onPointerMove={move}
        onPointerUp={leave}
        onPointerCancel={leave}
      >
        <Hatch />
        <Outside scale={scale} low={bounds.low} high={bounds.high} />
        <svg
          x="0"
          y={`${TOP}%`}
          width="100%"
          height={`${TALL}%`}
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          overflow="visible"
          aria-hidden="true"
        >
          <Bars bars={bars} />
        </svg>
        {limit.nominal != null && <Mark class="d-ideal" place={placeOf(scale, limit.nominal)} />}
        <Warnings limit={limit} scale={scale} />
        {now !== null && (
          <Now place={placeOf(scale, now)} outside={!isInside(now, bounds)}>
            {text("limits.now", { value: number(now, decimalsAt(scale, now)) })}
          </Now>
        )}
        <Ticks scale={scale} low={bounds.low} high={bounds.high} />
        {(["low", "high"] as const).map((side) => (
          <Grip
            key={side}
            side={side}
            value={bounds[side]}
            scale={scale}
            off={props.off ?? false}
            name={text(side === "low" ? "limits.lower" : "limits.upper")}
            words={bounds[side] === null ? text("limits.none") : quantity(bounds[side], unit)}
            onMove={(value) => props.onMove(side, value)}
          />
        ))}
      </svg>
    </div>
  );
}

/** The grip that is reached from a place, the nearer one where both are; a side without a limit has its grip at the end. */
function nearestSide(
  place: number,
  bounds: { low: number | null; high: number | null },
  scale: Scale,
  width: number,
): Side | null {
  const away = (side: Side, parked: number) => {
    const value = bounds[side];
    return { side, px: Math.abs(place - shownAt(scale, value, parked)) * width };
  };
  const [low, high] = [away("low", 0), away("high", 1)];
  const before = place < shownAt(scale, bounds.low, 0); // where both grips stand on each other
  const nearer = low.px < high.px || (low.px === high.px && before) ? low : high;
  return nearer.px <= REACH_PX ? nearer.side : null;
}

function shownAt(scale: Scale, value: number | null, parked: number): number {
  return value === null ? parked : Math.min(1, Math.max(0, placeOf(scale, value)));
}

function Hatch() {
  return (
    <defs>
      <pattern
        id="hatch"
        width="9"
        height="9"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <line class="hatch-line" x1="0" y1="0" x2="0" y2="9" />
      </pattern>
    </defs>
  );
}

function Outside(props: { scale: Scale; low: number | null; high: number | null }) {
  const low = props.low === null ? 0 : shownAt(props.scale, props.low, 0);
  const high = props.high === null ? 1 : shownAt(props.scale, props.high, 1);
  return (
    <g>
      <rect
        class="d-out"
        fill="url(#hatch)"
        x="0"
        y={`${TOP}%`}
        width={`${100 * low}%`}
        height={`${TALL}%`}
      />
      <rect
        class="d-out"
        fill="url(#hatch)"
        x={`${100 * high}%`}
        y={`${TOP}%`}
        width={`${100 * (1 - high)}%`}
        height={`${TALL}%`}
      />
    </g>
  );
}

function Mark(props: { class: string; place: number }) {
  if (props.place < 0 || props.place > 1) return null;
  const x = `${100 * props.place}%`;
  return <line class={props.class} x1={x} x2={x} y1={`${TOP}%`} y2={`${TOP + TALL}%`} />;
}

function Warnings({ limit, scale }: { limit: Limit; scale: Scale }) {
  const ends = [limit.warn_low, limit.warn_high].filter((one): one is number => one != null);
  return (
    <>
      {ends.map((one) => (
        <Mark class={css.warning ?? ""} place={placeOf(scale, one)} key={one} />
      ))}
    </>
  );
}

function Now(props: { place: number; outside: boolean; children: ComponentChildren }) {
  const at = Math.min(1, Math.max(0, props.place));
  const x = `${100 * at}%`;
  const anchor = at < 0.08 ? "start" : at > 0.92 ? "end" : "middle";
  return (
    <g class={props.outside ? undefined : css.inside} data-testid="now-mark">
      <line class="d-now" x1={x} x2={x} y1={`${TOP - 1}%`} y2={`${TOP + TALL}%`} />
      <text class="d-text fail" x={x} y="12" text-anchor={anchor}>
        {props.children}
      </text>
    </g>
  );
}

/** The ends and the middle of the axis, where no limit's own number stands. */
function Ticks(props: { scale: Scale; low: number | null; high: number | null }) {
  const taken = [props.low, props.high].map((one) =>
    one === null ? Number.NaN : placeOf(props.scale, one),
  );
  return (
    <g>
      {[0, 0.5, 1]
        .filter((place) => taken.every((one) => !(Math.abs(one - place) < 0.09)))
        .map((place) => {
          const value = valueAt(props.scale, place);
          return (
            <text class="d-text" x={`${100 * place}%`} y="99%" text-anchor="middle" key={place}>
              {number(value, decimalsAt(props.scale, value))}
            </text>
          );
        })}
    </g>
  );
}
