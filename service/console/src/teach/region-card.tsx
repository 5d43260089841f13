import { signal } from "@preact/signals";
import { KINDS, type RegionKind } from "../core/regions/region";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { may } from "../session";
import { selectedStep } from "./draft";
import { beginBrush, beginDrawing, drawing } from "./editor/drawing";
import { KIND_TEXTS } from "./kinds";
import { RegionFields } from "./region-fields";
import { choose, chosen, duplicate, hasRoom, isChosen, type Part, takeOut } from "./regions";
import css from "./teach.module.css";
import { toolOf } from "./tools";

const asMask = signal(false);

/** Where the tool looks: its regions and masks, as figures, and what draws another one. */
export function RegionCard() {
  const step = selectedStep.value;
  if (!step) return null;
  const tool = toolOf(step.tool.type);
  const { fewest, most } = tool?.regions ?? { fewest: 0, most: 1 };
  const now = chosen.value;
  const off = !may("recipes");
  const part: Part = asMask.value ? "masks" : "regions";
  const kinds =
    part === "masks" ? KINDS : KINDS.filter((kind) => tool?.regions.kinds.includes(kind) ?? true);
  if (most === 0) return <p class="quiet">{text("teach.needs_no_region")}</p>;
  return (
    <section class={css.regionCard} aria-label={text("teach.region")}>
      <h3>
        {text("teach.region")}
        <span class="push fine">{countWords(fewest, most, step.regions?.length ?? 0)}</span>
      </h3>
      <Chips />
      {now && (
        <>
          <RegionFields of={now} disabled={off} />
          <div class="actions">
            <button
              type="button"
              class="button plain"
              disabled={off || !hasRoom(now.part)}
              onClick={duplicate}
            >
              <Icon name="copy" />
              {text("teach.duplicate")}
            </button>
            <button type="button" class="button plain" disabled={off} onClick={takeOut}>
              <Icon name="trash" />
              {text("teach.delete")}
            </button>
          </div>
        </>
      )}
      <div class={css.draw}>
        <span class="fine" id="draw-label">
          {text(part === "masks" ? "teach.draw_mask" : "teach.draw_region")}
        </span>
        <fieldset class={css.kinds} aria-labelledby="draw-label">
          {kinds.map((kind) => (
            <DrawButton key={kind} kind={kind} part={part} off={off} />
          ))}
          <button
            type="button"
            class="button icon-only plain"
            aria-pressed={drawing.value?.trace != null}
            aria-label={text("teach.brush")}
            title={text("teach.brush")}
            data-testid="draw-brush"
            disabled={off}
            onClick={beginBrush}
          >
            <Icon name="brush" />
          </button>
          <button
            type="button"
            class="button icon-only plain"
            aria-pressed={asMask.value}
            aria-label={text("teach.masks")}
            title={text("teach.masks")}
            disabled={off}
            onClick={() => (asMask.value = !asMask.value)}
          >
            <Icon name="mask" />
          </button>
        </fieldset>
      </div>
    </section>
  );
}

function DrawButton({ kind, part, off }: { kind: RegionKind; part: Part; off: boolean }) {
  const name = text(KIND_TEXTS[kind]);
  return (
    <button
      type="button"
      class="button icon-only plain"
      aria-pressed={drawing.value?.kind === kind && !drawing.value.trace}
      aria-label={name}
      title={name}
      data-testid={`draw-${kind}`}
      disabled={off}
      onClick={(event) => beginDrawing(kind, part, event.detail === 0)}
    >
      <Icon name={kind} />
    </button>
  );
}

/** One a region and mask, to choose by. */
function Chips() {
  const step = selectedStep.value;
  if (!step) return null;
  const all = (["regions", "masks"] as const).flatMap((part) =>
    (step[part] ?? []).map((region, index) => ({ step: step.name, part, index, region })),
  );
  if (all.length < 2) return null;
  return (
    <fieldset class={css.chips} aria-label={text("teach.regions")}>
      {all.map((one) => (
        <button
          type="button"
          class="button plain"
          key={`${one.part} ${one.index}`}
          aria-pressed={isChosen(one)}
          onClick={() => choose(one)}
        >
          <Icon name={one.part === "masks" ? "mask" : one.region.kind} />
          {one.index + 1}
        </button>
      ))}
    </fieldset>
  );
}

function countWords(fewest: number, most: number, has: number): string {
  if (has < fewest) return text("teach.regions_missing", { count: fewest - has });
  if (has === 0) return text("teach.whole_image");
  return most > 1 ? text("teach.regions_of", { count: has, most }) : "";
}
