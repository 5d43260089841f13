import { number } from "../core/format";
import { text } from "../core/texts";
import { Icon, type IconName } from "../parts/icon";
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

function Act(props: {
  icon: IconName;
  name: Parameters<typeof text>[0];
  act: () => void;
  off?: boolean;
  pressed?: boolean;
}) {
  return (
    <button
      type="button"
      class="button icon-only plain"
      aria-label={text(props.name)}
      title={text(props.name)}
      aria-pressed={props.pressed}
      disabled={props.off}
      onClick={props.act}
    >
      <Icon name={props.icon} />
    </button>
  );
}

function aboutWords(): string {
  const image = shownImage.value;
  if (!image) return "";
  const took = trial.value && fresh.value ? `${number(trial.value.ms, 0)}\u00a0ms` : "";
  const lossy = shownFile.value?.lossy ? text("teach.lossy") : "";
  return [image.title, lossy, took].filter(Boolean).join(" · ");
}
