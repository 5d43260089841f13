import { number } from "../core/format";
import { type TextKey, text } from "../core/texts";
import { IconButton } from "../parts/icon-button";
import { probing, toggleProbe } from "../picture/probe/later";
import { may } from "../session";
import { canRedo, canUndo, redo, undo } from "./draft";
import { freezeLive, lending, shownImage } from "./images";
import { LayerMenu } from "./layers";
import { shownFile } from "./shown-file";
import css from "./teach.module.css";
import { fresh, trial } from "./trial";
import { viewport } from "./view";

/** Undo, zoom, layer, a new image; and what is shown. */
export function StageTools() {
  const { fitted, atPixels, showAll, showPixels, zoomIn, zoomOut, view } = viewport;
  return (
    <div class={`toolbar ${css.imageTools}`} role="toolbar" aria-label={text("teach.edit_tools")}>
      <Act icon="undo" name="teach.undo" act={undo} off={!canUndo.value} />
      <Act icon="redo" name="teach.redo" act={redo} off={!canRedo.value} />
      <span class={`gap ${css.opt}`} />
      <Act icon="fit" name="picture.fit" act={showAll} pressed={fitted.value} />
      <button
        type="button"
        class={`button plain ${css.opt}`}
        aria-pressed={atPixels.value}
        onClick={showPixels}
      >
        <span class="t">{text("picture.one")}</span>
      </button>
      <Act icon="minus" name="picture.out" act={zoomOut} />
      <span class={`fine nowrap ${css.opt} ${css.percent}`}>
        {shownFile.value &&
          text("teach.percent", { number: number(view.value.scale * devicePixelRatio * 100, 0) })}
      </span>
      <Act icon="plus" name="picture.in" act={zoomIn} />
      <span class={`gap ${css.opt}`} />
      <LayerMenu />
      <Act icon="probe" name="probe.name" act={() => void toggleProbe()} pressed={probing.value} />
      <Act
        icon="camera"
        name="teach.freeze"
        act={() => void freezeLive()}
        off={lending.value || !may("recipes")}
      />
      <span class={`push fine clip ${css.about}`}>{aboutWords()}</span>
    </div>
  );
}

/** With its name by key. */
function Act({
  name,
  ...rest
}: Omit<Parameters<typeof IconButton>[0], "name"> & { name: TextKey }) {
  return <IconButton {...rest} name={text(name)} />;
}

function aboutWords(): string {
  const image = shownImage.value;
  if (!image) return "";
  const took = trial.value && fresh.value ? `${number(trial.value.ms, 0)}\u00a0ms` : "";
  const lossy = shownFile.value?.lossy ? text("teach.lossy") : "";
  return [image.title, lossy, took].filter(Boolean).join(" · ");
}
