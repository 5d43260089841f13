import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { onImage, type Point } from "../../core/calibration";
import { text } from "../../core/texts";
import { watchGestures } from "../../picture/gestures";
import { Viewport } from "../../picture/viewport";
import css from "./calibration.module.css";

const STILL_PX = 5; // a press that moved less was meant for a point

export interface ImagePointsProps {
  address: string | null; // of the image; null: there is none
  label: string; // what it shows
  points: readonly Point[];
  most: number; // points that a press may add
  line?: boolean; // between two points
  corners?: readonly (readonly [number, number])[]; // what was found
  onAdd: (point: Point) => void;
  onMove: (index: number, point: Point) => void;
  onSize?: (size: { width: number; height: number }) => void;
}

/** An image to set points on: a press adds one, they are dragged, or moved by arrow keys; px of the frame. */
export function ImagePoints(props: ImagePointsProps) {
  const well = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 4, height: 3 });
  const image = useComputed(() => size.value);
  const viewport = useMemo(() => new Viewport(image), []);
  useEffect(() => {
    if (!well.current) return undefined;
    const ends = [viewport.watch(well.current), watchGestures(well.current, viewport)];
    return () => ends.forEach((end) => void end());
  }, []);

  const { left, top, width, height } = viewport.place.value;
  const pointAt = (event: PointerEvent): Point => {
    const box = well.current?.getBoundingClientRect();
    const scale = viewport.view.value.scale;
    const x = (event.clientX - (box?.left ?? 0) - left) / scale - 0.5;
    const y = (event.clientY - (box?.top ?? 0) - top) / scale - 0.5;
    return onImage({ x, y }, size.value);
  };
  const pressed = useRef<{ x: number; y: number } | null>(null);
  const press = (event: PointerEvent) => {
    pressed.current = event.isPrimary ? { x: event.clientX, y: event.clientY } : null;
  };
  const release = (event: PointerEvent) => {
    const from = pressed.current;
    pressed.current = null;
    if (!from || Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL_PX) return;
    if (props.points.length < props.most) props.onAdd(pointAt(event));
  };

  return (
    <div
      class={`well ${css.well}`}
      ref={well}
      data-testid="calibration-image"
      onPointerDown={press}
      onPointerUp={release}
    >
      {props.address === null ? (
        <p class="empty">{text("calib.no_image")}</p>
      ) : (
        <div
          class={`picture ${css.picture}`}
          style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
        >
          <img
            src={props.address}
            alt={props.label}
            draggable={false}
            onLoad={(event) => {
              const { naturalWidth, naturalHeight } = event.currentTarget;
              size.value = { width: naturalWidth, height: naturalHeight };
              props.onSize?.(size.value);
            }}
          />
          <Found {...props} width={size.value.width} height={size.value.height} />
          <Knobs {...props} size={size.value} pointAt={pointAt} />
        </div>
      )}
    </div>
  );
}

/** Lines in px of the image. */
function Found(props: ImagePointsProps & { width: number; height: number }) {
  const [p, q] = props.points;
  const paths = [
    props.line && p && q ? `M${p.x} ${p.y}L${q.x} ${q.y}` : "",
    (props.corners ?? []).map(([x, y]) => `M${x - 5} ${y}h10M${x} ${y - 5}v10`).join(""),
  ].filter(Boolean);
  return (
    <svg
      viewBox={`-0.5 -0.5 ${props.width} ${props.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {paths.map((path) => (
        <g class="o-select" key={path}>
          <path class="halo" d={path} />
          <path class="core" d={path} />
        </g>
      ))}
    </svg>
  );
}

/** 12 px seen and 44 px reached at every zoom. */
function Knobs(
  props: ImagePointsProps & {
    size: { width: number; height: number };
    pointAt: (event: PointerEvent) => Point;
  },
) {
  const { size } = props;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: each point in it has its name
    <svg class={css.knobs}>
      {props.points.map((point, i) => {
        const [cx, cy] = [
          `${(100 * (point.x + 0.5)) / size.width}%`,
          `${(100 * (point.y + 0.5)) / size.height}%`,
        ];
        const words = text("calib.point_at", {
          number: i + 1,
          x: point.x.toFixed(1),
          y: point.y.toFixed(1),
        });
        return (
          // biome-ignore lint/a11y/useSemanticElements: a point on an image; a button takes no drawing
          <g
            class={css.knob}
            role="button"
            tabindex={0}
            aria-label={words}
            data-testid={`point-${i}`}
            key={i}
            onPointerDown={(event) => {
              event.stopPropagation();
              event.currentTarget.setPointerCapture(event.pointerId);
              event.currentTarget.focus();
            }}
            onPointerMove={(event) => {
              if (event.currentTarget.hasPointerCapture(event.pointerId)) {
                event.stopPropagation();
                props.onMove(i, props.pointAt(event));
              }
            }}
            onPointerUp={(event) => event.stopPropagation()}
            onKeyDown={(event) => {
              const to = nudged(point, event);
              if (!to) return;
              event.preventDefault();
              event.stopPropagation();
              props.onMove(i, onImage(to, size));
            }}
          >
            <circle class="reach" cx={cx} cy={cy} r="22" />
            <circle class={css.ring} cx={cx} cy={cy} r="6" />
            <circle class={css.dot} cx={cx} cy={cy} r="1" />
            <text class={css.number} x={cx} y={cy} dx="10" dy="-8">
              {i + 1}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function nudged({ x, y }: Point, event: KeyboardEvent): Point | undefined {
  const step = event.ctrlKey ? 10 : 1;
  return {
    ArrowLeft: { x: x - step, y },
    ArrowRight: { x: x + step, y },
    ArrowUp: { x, y: y - step },
    ArrowDown: { x, y: y + step },
  }[event.key];
}
