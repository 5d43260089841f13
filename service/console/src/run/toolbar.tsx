import { signal } from "@preact/signals";
import { milliseconds, number } from "../core/format";
import { text } from "../core/texts";
import { frozen, latencyMs, rate, shown } from "../live";
import { Icon } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import { ProbeButton } from "../picture/probe/later";
import { toggleFullScreen } from "./full-screen";
import { toggleFreeze } from "./keys";
import { viewport } from "./viewport";

export const overlayShown = signal(true);

/** What can be done with the picture. */
export function Toolbar() {
  const { fitted, atPixels, showAll, showPixels, zoomIn, zoomOut } = viewport;
  return (
    <div class="toolbar" role="toolbar" aria-label={text("picture.tools")}>
      <button type="button" class="button plain" aria-pressed={fitted.value} onClick={showAll}>
        <Icon name="fit" />
        <span class="t">{text("picture.fit")}</span>
      </button>
      <button type="button" class="button plain" aria-pressed={atPixels.value} onClick={showPixels}>
        <span class="t">{text("picture.one")}</span>
      </button>
      <IconButton icon="minus" name={text("picture.out")} act={zoomOut} />
      <IconButton icon="plus" name={text("picture.in")} act={zoomIn} />
      <span class="gap" />
      <button type="button" class="button plain" aria-pressed={frozen.value} onClick={toggleFreeze}>
        <Icon name="freeze" />
        <span class="t">{text("picture.freeze")}</span>
      </button>
      <button
        type="button"
        class="button plain"
        aria-pressed={!overlayShown.value}
        onClick={() => (overlayShown.value = !overlayShown.value)}
      >
        <Icon name="layers" />
        <span class="t">{text("picture.no_overlay")}</span>
      </button>
      <ProbeButton />
      <IconButton icon="full" name={text("picture.full")} act={toggleFullScreen} more="opt" />
      <span class="push fine fps" title={text("picture.rate_means")} data-testid="rate">
        {rateWords()}
      </span>
    </div>
  );
}

function rateWords(): string {
  const frame = shown.value;
  if (!frame) return "";
  const late = latencyMs.value;
  const words = text("picture.rate", {
    fps: number(rate.value),
    width: frame.width,
    height: frame.height,
  });
  return late === null ? words : `${words} · ${milliseconds(1000 * late)}`;
}
