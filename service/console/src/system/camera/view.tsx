import { useEffect, useRef } from "preact/hooks";
import { stripe } from "../../core/lighting";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { watchGestures } from "../../picture/gestures";
import css from "./camera.module.css";
import { refused, seen, setup, tried, viewport } from "./live";

/** What the camera sees with the values of the form; white is striped. */
export function View() {
  const well = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { left, top, width, height } = viewport.place.value;
  const now = seen.value;
  useEffect(() => {
    if (!well.current) return undefined;
    const ends = [viewport.watch(well.current), watchGestures(well.current, viewport)];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  useEffect(() => {
    if (canvas.current && now) draw(canvas.current, now.picture);
  }, [now]);
  const old = refused.value !== "";
  return (
    <section class={css.see} aria-label={text("camera.live")}>
      <div class={`well ${viewport.fitted.value ? "" : css.zoomed}`} ref={well}>
        <div
          class={`picture ${old ? "old" : ""} ${css.picture}`}
          hidden={!now}
          style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
        >
          <canvas
            ref={canvas}
            role="img"
            aria-label={text("camera.live")}
            data-testid="camera-frame"
            data-frame-id={now?.said.frame_id}
            data-exposure={now?.said.exposure_us}
          />
        </div>
        {!now && (
          <div class="empty">
            <Icon name="camera" />
            <p>{refused.value ? refusedWords() : text("camera.first")}</p>
          </div>
        )}
        {now && !old && Object.keys(tried.value).length > 0 && (
          <span class={`tag ${css.said}`} data-testid="camera-tried">
            <Icon name="eye" />
            {text("camera.tried")}
          </span>
        )}
      </div>
      <Tools />
    </section>
  );
}

function Tools() {
  const { fitted, atPixels, showAll, showPixels, zoomIn, zoomOut } = viewport;
  return (
    <div class={`toolbar ${css.tools}`} role="toolbar" aria-label={text("picture.tools")}>
      <button type="button" class="button plain" aria-pressed={fitted.value} onClick={showAll}>
        <Icon name="fit" />
        <span class="t">{text("picture.fit")}</span>
      </button>
      <button type="button" class="button plain" aria-pressed={atPixels.value} onClick={showPixels}>
        <span class="t">{text("picture.one")}</span>
      </button>
      {(["minus", "plus"] as const).map((name) => (
        <button
          type="button"
          class="button icon-only plain"
          key={name}
          aria-label={text(name === "minus" ? "picture.out" : "picture.in")}
          onClick={name === "minus" ? zoomOut : zoomIn}
        >
          <Icon name={name} />
        </button>
      ))}
    </div>
  );
}

/** Why there is no picture, and what to do. */
export function refusedWords(): string {
  switch (setup.value.value?.hindrance) {
    case "online":
      return text("camera.online");
    case "part":
      return text("camera.part");
    case "lost":
      return text("camera.lost");
    default:
      return refused.value;
  }
}

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return;
  context.drawImage(picture, 0, 0);
  const pixels = context.getImageData(0, 0, picture.width, picture.height);
  stripe(pixels.data, picture.width);
  context.putImageData(pixels, 0, 0);
}
