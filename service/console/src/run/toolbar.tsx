import { signal } from "@preact/signals";
import { number } from "../core/format";
import { text } from "../core/texts";
import { frozen, rate, shown } from "../live";
import { Icon, type IconName } from "../parts/icon";
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
      <span class="push fine fps">{rateWords()}</span>
    </div>
  );
}

function IconButton(props: { icon: IconName; name: string; act: () => void; more?: string }) {
  return (
    <button
      type="button"
      class={`button icon-only plain ${props.more ?? ""}`}
      aria-label={props.name}
      title={props.name}
      onClick={props.act}
    >
      <Icon name={props.icon} />
    </button>
  );
}

function rateWords(): string {
  const frame = shown.value;
  if (!frame) return "";
  return text("picture.rate", {
    fps: number(rate.value),
    width: frame.width,
    height: frame.height,
  });
}
