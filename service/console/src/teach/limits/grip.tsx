import { number } from "../../core/format";
import type { Side } from "../../core/limits/limit";
import { decimalsAt, onGrid, placeOf, type Scale, stepAt } from "../../core/limits/scale";
import css from "./limits.module.css";

const LARGE = 10; // arrow steps of Page and Ctrl

/** One end of a limit: 12 px are seen, 44 are reached. Without a limit it waits at its end of the axis. */
export function Grip(props: {
  side: Side;
  value: number | null;
  scale: Scale;
  name: string;
  words: string; // the value with its unit
  off: boolean;
  onMove: (value: number | null) => void;
}) {
  const { scale, value, side } = props;
  const end = side === "low" ? scale.low : scale.high;
  const at = Math.min(
    1,
    Math.max(0, value === null ? Number(side === "high") : placeOf(scale, value)),
  );
  const x = `${100 * at}%`;

  const press = (event: KeyboardEvent) => {
    if (props.off) return;
    const to = target(event, value ?? end, scale);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // arrows move nothing else
    props.onMove(to);
  };

  return (
    <g
      class={`${css.grip} ${value === null ? css.parked : ""}`}
      role="slider"
      tabindex={props.off ? -1 : 0}
      data-side={side}
      data-testid={`grip-${side}`}
      aria-label={props.name}
      aria-disabled={props.off}
      aria-valuemin={scale.low}
      aria-valuemax={scale.high}
      aria-valuenow={value ?? end}
      aria-valuetext={props.words}
      onKeyDown={press}
    >
      <line class="d-limit" x1={x} x2={x} y1="6%" y2="86%" />
      <svg x={x} y="48%" overflow="visible" aria-hidden="true">
        <rect class={`reach ${css.reach}`} x="-22" y="-60" width="44" height="120" />
        <rect class="d-grip" x="-6" y="-15" width="12" height="30" rx="4" />
      </svg>
      {value !== null && (
        <text class="d-text hot" x={x} y="99%" text-anchor="middle">
          {number(value, decimalsAt(scale, value))}
        </text>
      )}
    </g>
  );
}

/** undefined: the key is not for a slider; null: there is no limit on this side any more. */
function target(event: KeyboardEvent, from: number, scale: Scale): number | null | undefined {
  const step = stepAt(scale, from) * (event.ctrlKey ? LARGE : 1);
  const to = {
    ArrowLeft: from - step,
    ArrowDown: from - step,
    ArrowRight: from + step,
    ArrowUp: from + step,
    PageDown: from - LARGE * step,
    PageUp: from + LARGE * step,
    Home: scale.low,
    End: scale.high,
  }[event.key];
  if (to !== undefined) return onGrid(scale, to);
  return event.key === "Delete" || event.key === "Backspace" ? null : undefined;
}
