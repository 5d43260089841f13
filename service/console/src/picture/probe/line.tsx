import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Point } from "../../core/measure/pixels";
import { text } from "../../core/texts";
import css from "./probe.module.css";
import type { ProbeSource } from "./source";

/** A point, or a line from where it was pressed to where it was let go; arrows move its end by 1 px, with Ctrl by 10. */
export function Line(props: {
  source: ProbeSource;
  from: Signal<Point | null>;
  to: Signal<Point | null>;
  single: boolean;
}) {
  const { source, from, to, single } = props;
  const layer = useRef<SVGSVGElement>(null);
  const { left, top, width, height } = source.viewport.place.value;
  const frame = source.frame();

  const under = (event: PointerEvent): Point => {
    const box = layer.current?.getBoundingClientRect() ?? { left: 0, top: 0 };
    return {
      x: ((event.clientX - box.left) / width) * frame.width - 0.5,
      y: ((event.clientY - box.top) / height) * frame.height - 0.5,
    };
  };
  const press = (event: PointerEvent) => {
    event.stopPropagation();
    layer.current?.setPointerCapture(event.pointerId);
    from.value = under(event);
    to.value = from.value;
  };
  const move = (event: PointerEvent) => {
    const held = layer.current?.hasPointerCapture(event.pointerId);
    if (held || (single && event.pointerType === "mouse")) to.value = under(event);
  };
  const nudge = (event: KeyboardEvent) => {
    const step = event.ctrlKey ? 10 : 1;
    const by = arrows[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const middle = { x: Math.round(frame.width / 2), y: Math.round(frame.height / 2) };
    const at = to.value ?? middle;
    from.value ??= at;
    to.value = { x: at.x + step * by.x, y: at.y + step * by.y };
  };

  const end = to.value;
  const start = single ? null : from.value;
  const place = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
  return (
    <svg
      class={css.layer}
      ref={layer}
      style={place}
      viewBox={`-0.5 -0.5 ${frame.width} ${frame.height}`}
      preserveAspectRatio="none"
      role="application"
      aria-label={text("probe.layer")}
      tabindex={0}
      data-testid="probe-layer"
      onPointerDown={press}
      onPointerMove={move}
      onKeyDown={nudge}
    >
      {start && end && <Stroke d={`M${start.x} ${start.y}L${end.x} ${end.y}`} />}
      {end && <Stroke d={cross(end, frame.width / width)} />}
    </svg>
  );
}

function Stroke({ d }: { d: string }) {
  return (
    <g class="o-select">
      <path class="halo" d={d} />
      <path class="core" d={d} />
    </g>
  );
}

/** Eight px of the screen to each side. */
function cross({ x, y }: Point, scale: number): string {
  const arm = 8 * scale;
  return `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`;
}

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
