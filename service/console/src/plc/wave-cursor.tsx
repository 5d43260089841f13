import { useEffect, useRef } from "preact/hooks";
import { milliseconds } from "../core/format";
import { text } from "../core/texts";
import { nextEvent, placeOf } from "../core/wave";
import css from "./plc.module.css";
import { cursors, events, span, wave, zero } from "./wave";

/** A or B: dragged, or stepped from edge to edge by the arrow keys. */
export function Cursor(props: { which: 0 | 1; height: number; timeAt: (x: number) => number }) {
  const { which } = props;
  const handle = useRef<HTMLDivElement>(null);
  const at = cursors.value[which];
  const place = placeOf(at, span.value) / 10;
  const name = which === 0 ? "A" : "B";
  const move = (to: number) => {
    const [a, b] = cursors.value;
    cursors.value = which === 0 ? [to, b] : [a, to];
  };
  useEffect(() => {
    handle.current?.style.setProperty("inset-inline-start", `${place}%`);
  }, [place]);
  return (
    <div
      class={css.cursor}
      ref={handle}
      hidden={place < -0.01 || place > 100.01}
      role="slider"
      tabIndex={0}
      aria-label={text("wave.cursor", { name })}
      aria-valuemin={0}
      aria-valuemax={Math.round(wave.value?.length_us ?? 0)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={milliseconds(at - zero.value)}
      data-testid={`cursor-${name}`}
      onKeyDown={(event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        event.preventDefault();
        move(nextEvent(events.value, at, event.key === "ArrowRight"));
      }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) {
          move(props.timeAt(event.clientX));
        }
      }}
    >
      <span>{name}</span>
    </div>
  );
}
