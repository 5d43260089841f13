import { computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { apiAddress } from "../core/api";
import type { FrameHeader, StoredResult } from "../core/contract";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import { watchGestures } from "../picture/gestures";
import { Overlay } from "../picture/overlay";
import { ProbeButton, ProbeOver } from "../picture/probe/later";
import { Viewport } from "../picture/viewport";
import { Labels } from "../run/labels";
import css from "./history.module.css";
import { probeThis, sourceOf } from "./probed";
import { detail, drawing } from "./state";

interface Loaded {
  number: number;
  width: number;
  height: number;
}

const loaded = signal<Loaded | null>(null); // the image in the page
const failed = signal<number | null>(null); // its image has gone

const size = computed(() => {
  const drawn = drawing.value;
  if (drawn?.width) return { width: drawn.width, height: drawn.height };
  return { width: loaded.value?.width ?? 4, height: loaded.value?.height ?? 3 };
});

export const viewport = new Viewport(size);
const source = sourceOf(viewport, () => size.value);
const probed = async () => source;

/** The image as it was kept, with what was found on it; to be zoomed to its pixels. */
export function Picture({ result }: { result: StoredResult }) {
  const well = useRef<HTMLDivElement>(null);
  const { left, top, width, height } = viewport.place.value;
  const gone = !result.image || failed.value === result.number;
  const here = loaded.value?.number === result.number && drawing.value?.number === result.number;
  const frame = frameOf(result);
  useEffect(() => watch(well.current), []);
  return (
    <div
      class={`well ${css.well} ${viewport.fitted.value ? css.fitted : css.zoomed}`}
      ref={well}
      data-testid="well"
    >
      <div
        class="picture"
        hidden={gone}
        style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      >
        {!gone && (
          <img
            class={css.image}
            key={result.number}
            src={apiAddress(`inspections/${result.number}/image`)}
            alt={text("picture.of_part", { number: result.number, judgement: result.judgement })}
            data-testid="image"
            draggable={false}
            ref={probeThis}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
              loaded.value = { number: result.number, width: naturalWidth, height: naturalHeight };
            }}
            onError={() => (failed.value = result.number)}
          />
        )}
        {here && frame && <Overlay frame={frame} stale={false} />}
        {here && frame && <Labels frame={frame} steps={result.steps} picture={{ width, height }} />}
      </div>
      {!gone && <ProbeOver load={probed} />}
      {gone && (
        <div class="empty" data-testid="gone">
          <Icon name="camera" />
          <p>{text(result.image ? "history.image_gone" : "history.image_none")}</p>
        </div>
      )}
    </div>
  );
}

/** What the overlay needs of a frame. */
function frameOf({ number, judgement, at_us }: StoredResult): FrameHeader | null {
  const drawn = drawing.value;
  if (!drawn || drawn.number !== number) return null;
  const { width, height } = size.value;
  return {
    kind: "inspection",
    frame_id: -number, // no frame of the stream
    acquired_ms: at_us / 1000,
    width,
    height,
    image_width: width,
    image_height: height,
    inspection_id: number,
    judgement,
    overlays: drawn.overlays,
  };
}

function watch(well: HTMLElement | null): (() => void) | undefined {
  if (!well) return undefined;
  const ends = [viewport.watch(well), watchGestures(well, viewport)];
  return () => {
    for (const end of ends) end();
  };
}

/** Fit, 1:1, nearer, farther. */
export function PictureTools() {
  if (!detail.value?.image) return null;
  return (
    <div class={`toolbar ${css.tools}`} role="toolbar" aria-label={text("picture.tools")}>
      <button
        type="button"
        class="button plain"
        aria-pressed={viewport.fitted.value}
        onClick={viewport.showAll}
      >
        <Icon name="fit" />
        <span class="t">{text("picture.fit")}</span>
      </button>
      <button
        type="button"
        class="button plain"
        aria-pressed={viewport.atPixels.value}
        onClick={viewport.showPixels}
      >
        <span class="t">{text("picture.one")}</span>
      </button>
      <IconButton icon="minus" name={text("picture.out")} act={viewport.zoomOut} />
      <IconButton icon="plus" name={text("picture.in")} act={viewport.zoomIn} />
      <ProbeButton />
    </div>
  );
}
