import { useEffect, useRef } from "preact/hooks";
import { age } from "../core/format";
import { text } from "../core/texts";
import { offlineWords } from "../core/words";
import {
  drawOn,
  frozen,
  imageMissing,
  opened,
  shown,
  shownAt,
  startLive,
  wantWidth,
} from "../live";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { watchGestures } from "../picture/gestures";
import { Overlay } from "../picture/overlay";
import { ProbeOver, probing } from "../picture/probe/later";
import { now, results, STALE_AFTER_MS, stale, state, texts } from "../station";
import { Labels } from "./labels";
import css from "./run.module.css";
import { overlayShown } from "./toolbar";
import { viewport } from "./viewport";

const LARGE = 0.037; // text of a label on a wall, of the window's height
const TAG_PX = 20; // elsewhere
const SETTLED_MS = 400; // after the last zoom, another image width is asked for

const probed = async () => (await import("./probed")).probed;

/** The frame and what was found on it, fitted in both directions, to be zoomed and panned. */
export function Picture({ large = false }: { large?: boolean }) {
  const well = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = shown.value;
  const { left, top, width, height } = viewport.place.value;
  // Without the station, or without its camera, nothing newer comes: the picture is kept, and says its age. Who took
  // the station offline by hand still sees live frames.
  const quiet = now.value - shownAt.value > STALE_AFTER_MS;
  const old = stale.value || (state.value?.online === false && !frozen.value && quiet);

  useEffect(() => watchWindow(well.current), []);
  useEffect(() => {
    drawOn(canvas.current);
    const stop = startLive();
    return () => {
      stop();
      drawOn(null);
    };
  }, []);
  useEffect(() => {
    if (!frame) return;
    const settled = setTimeout(
      () =>
        wantWidth(probing.value ? frame.width : Math.min(width * devicePixelRatio, frame.width)),
      SETTLED_MS,
    );
    return () => clearTimeout(settled);
  }, [width, frame?.width, probing.value]);

  return (
    <div
      class={`well ${viewport.fitted.value ? css.fitted : css.zoomed}`}
      ref={well}
      data-testid="well"
    >
      <div
        class={`picture ${old ? "old" : ""}`}
        hidden={!frame || imageMissing.value}
        style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      >
        <canvas ref={canvas} role="img" aria-label={nameOf()} data-testid="frame" />
        {frame && overlayShown.value && <Overlay frame={frame} stale={old} />}
        {frame && overlayShown.value && !old && (
          <Labels
            frame={frame}
            steps={stepsOf(frame.inspection_id)}
            picture={{ width, height }}
            times={large ? (LARGE * viewport.window.value.height) / TAG_PX : 1}
          />
        )}
      </div>
      {frame && !imageMissing.value && !large && <ProbeOver load={probed} />}
      {(!frame || imageMissing.value) && <Empty />}
      {old && frame && (
        <span class={`tag ${css.age}`}>
          <Mark name="stale" />
          {text("picture.old", { age: age(now.value - shownAt.value) })}
        </span>
      )}
    </div>
  );
}

function Empty() {
  const reason = state.value && offlineWords(texts.value, state.value);
  const words = imageMissing.value
    ? text("picture.gone", { number: opened.value ?? "" })
    : reason
      ? text("picture.none_reason", { reason })
      : text("picture.none");
  return (
    <div class="empty">
      <Icon name="camera" />
      <p>{words}</p>
    </div>
  );
}

function nameOf(): string {
  const frame = shown.value;
  if (typeof frame?.inspection_id !== "number") return text("picture.live");
  return text("picture.of_part", { number: frame.inspection_id, judgement: frame.judgement ?? "" });
}

function stepsOf(number: number | null | undefined) {
  return results.value.find((result) => result.number === number)?.steps ?? [];
}

function watchWindow(well: HTMLElement | null): (() => void) | undefined {
  if (!well) return undefined;
  const ends = [viewport.watch(well), watchGestures(well, viewport)];
  return () => {
    for (const end of ends) end();
  };
}
