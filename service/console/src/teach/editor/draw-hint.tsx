import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { number } from "../../core/format";
import { byPull } from "../../core/regions/drawn";
import { text } from "../../core/texts";
import css from "../teach.module.css";
import { brushPx, cancelDrawing, drawing, finishDrawing, putInMiddle } from "./drawing";

/** What to do while a region is drawn, and the same by buttons. */
export function DrawHint() {
  const now = drawing.value;
  const next = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (now?.byKey) next.current?.focus(); // at once: the next press is for it
  }, [now?.byKey, now?.kind]);
  if (!now) return null;
  const pulls = byPull(now.kind);
  const begun = now.corners.length > 0;
  return (
    <div
      class={`toast ${css.hint}`}
      role="status"
      // What is pressed here is no gesture on the picture.
      onPointerDown={(event) => event.stopPropagation()}
    >
      <p>
        {text(now.trace ? "teach.draw_brush" : pulls ? "teach.draw_pull" : "teach.draw_corners")}
      </p>
      {now.trace && <BrushWidth />}
      {begun ? (
        <button type="button" class="button" onClick={finishDrawing}>
          {text("teach.draw_done")}
        </button>
      ) : now.trace ? null : (
        <button type="button" class="button" ref={next} onClick={putInMiddle}>
          {text("teach.draw_middle")}
        </button>
      )}
      <button type="button" class="button" onClick={cancelDrawing}>
        {text("teach.draw_not")}
      </button>
    </div>
  );
}

function BrushWidth() {
  const id = useId();
  return (
    <span class={css.brush}>
      <label for={id}>{text("teach.brush_width", { width: number(brushPx.value) })}</label>
      <input
        id={id}
        type="range"
        min={2}
        max={80}
        value={brushPx.value}
        onInput={(event) => {
          brushPx.value = event.currentTarget.valueAsNumber;
        }}
      />
    </span>
  );
}
