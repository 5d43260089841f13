import { number } from "../../core/format";
import { pathOfRegion } from "../../core/regions/outline";
import { HOME, matrixOf } from "../../core/regions/pose";
import { signed } from "../../core/regions/region";
import { text } from "../../core/texts";
import { selected } from "../draft";
import { KIND_TEXTS } from "../kinds";
import { choose, chosen, isChosen, type Placed, placed } from "../regions";
import css from "../teach.module.css";
import { overlays, showFound } from "../trial";
import { imageSize } from "../view";
import { drawing, drawingPose, outcome } from "./drawing";
import { Found } from "./found";
import { press } from "./keys";

/**
 * All regions in px of the image, in the order of the steps: Tab goes through them and leaves at the end. What is
 * chosen is drawn once more over the others, so that the order stays.
 */
export function RegionsLayer() {
  const { width, height } = imageSize.value;
  const now = chosen.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in an image.
    <svg
      viewBox={`-0.5 -0.5 ${width} ${height}`}
      preserveAspectRatio="none"
      role="group"
      aria-label={text("teach.regions")}
      data-testid="regions"
      onKeyDown={press}
    >
      {placed.value.map((one) => (
        <One key={`${one.step} ${one.part} ${one.index}`} of={one} />
      ))}
      {showFound.value && <Found shapes={overlays.value} />}
      {now && <Chosen of={now} />}
      <Drawn />
    </svg>
  );
}

function One({ of }: { of: Placed }) {
  const path = pathOfRegion(of.region);
  const own = of.step === selected.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot lie in an SVG.
    <g
      class={`${css.region} ${of.part === "masks" ? css.mask : ""} ${own ? "o-select" : "o-stale"}`}
      transform={of.pose === HOME ? undefined : matrixOf(of.pose)}
      tabindex={0}
      role="button"
      aria-pressed={isChosen(of)}
      aria-label={nameOf(of)}
      data-step={of.step}
      data-part={of.part}
      data-index={of.index}
      onFocus={() => choose(of)}
    >
      <path class={css.reach} d={path} fill-rule="evenodd" />
      {of.part === "masks" && <path class={css.hatched} d={path} fill-rule="evenodd" />}
      <path class="halo" d={path} />
      <path class="core" d={path} />
    </g>
  );
}

function Chosen({ of }: { of: Placed }) {
  const path = pathOfRegion(of.region);
  return (
    <g class={`o-select ${css.chosen}`} transform={matrixOf(of.pose)}>
      <path class="fill" d={path} fill-rule="evenodd" />
      <path class="halo" d={path} />
      <path class="core" d={path} />
    </g>
  );
}

/** What is being drawn. */
function Drawn() {
  const now = drawing.value;
  if (!now) return null;
  const region = outcome(now);
  const line = [...now.corners, ...(now.to ? [[now.to.x, now.to.y]] : [])];
  const path = region ? pathOfRegion(region) : line.length > 1 ? `M${line.join("L")}` : "";
  return (
    <g class={`o-select ${css.chosen}`} transform={matrixOf(drawingPose())}>
      <path class="fill" d={path} fill-rule="evenodd" />
      <path class="halo" d={path} />
      <path class="core" d={path} />
    </g>
  );
}

function nameOf({ step, part, index, region }: Placed): string {
  const kind = text(KIND_TEXTS[region.kind]);
  const which = { step, number: index + 1, kind };
  return part === "masks" ? text("teach.mask_name", which) : text("teach.region_name", which);
}

/** What is chosen in a few figures, below it. */
export function sizeWords({ region }: Placed): string {
  const px = (value: number) => number(value, Number.isInteger(value) ? 0 : 1);
  switch (region.kind) {
    case "rectangle": {
      const turned = signed(region.angle_deg);
      const size = `${px(region.width)} × ${px(region.height)} px`;
      return turned ? `${size}, ${px(turned)}°` : size;
    }
    case "circle":
      return `r ${px(region.radius)} px`;
    case "ring_sector":
      return `r ${px(region.inner)} … ${px(region.outer)} px`;
    case "line":
      return `${px(Math.hypot(region.x2 - region.x1, region.y2 - region.y1))} × ${px(region.width)} px`;
    case "polygon":
      return text("teach.corners", { count: region.points.length });
    case "path":
      return `${text("teach.corners", { count: region.points.length })}, ${px(region.width)} px`;
  }
}
