import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { number } from "../../core/format";
import { boundsOf, nearest, type Side } from "../../core/limits/limit";
import { placeOf, type Scale, scaleOf } from "../../core/limits/scale";
import type { Step } from "../../core/recipe";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { may } from "../../session";
import { problems, selectedIndex, selectedStep, settle, steps } from "../draft";
import { LabelCard } from "../labels/label-card";
import { pending, teachingSet } from "../labels/labelling";
import { NowCard } from "../now-card";
import { partHref } from "../parts";
import { selectNext } from "../steps";
import shared from "../teach.module.css";
import { toolOf } from "../tools";
import { SaveButton } from "../tools-step";
import { countedValue, measureOf } from "../trial";
import { Dock } from "./dock";
import { limitOf, moveEnd, setLimit } from "./limit-edit";
import { LimitFields } from "./limit-fields";
import css from "./limits.module.css";
import { Nearest } from "./nearest";
import { Rates } from "./rates";
import { SuggestDialog } from "./suggest";
import { basis, gather, measured, seenBy, stopGathering } from "./values";

const NEAREST = 6;
const LATER_MS = 150; // a region that is dragged is measured where it rests

/** Step 3: which values pass, over what good and bad parts measure. */
export function LimitsStep() {
  const step = selectedStep.value;
  useMeasuring(step);
  return step ? <OneStep step={step} key={step.name} /> : <NoStep />;
}

function NoStep() {
  return (
    <aside class={shared.side} aria-label={text("limits.part")}>
      <div class={shared.inspector}>
        <p class="quiet">{text("limits.no_step")}</p>
      </div>
      <Finish />
    </aside>
  );
}

function OneStep({ step }: { step: Step }) {
  const measure = measureOf(step);
  const limit = limitOf(step, measure);
  const bounds = boundsOf(limit);
  const seen = useMemo(
    () => seenBy(measure),
    [measured.value, measure, teachingSet.value, pending.value],
  );
  const value = countedValue(step);
  const suggesting = useSignal(false);
  const unit = value?.unit ?? unitOf(step, measure);
  const off = may("recipes") ? "" : text("limits.may_not");
  const scale = useScale(
    seen.flatMap(({ values }) => values),
    [bounds.low, bounds.high, value?.value ?? null],
  );
  const move = (side: Side, to: number | null, held: boolean) =>
    moveEnd(step, measure, side, to, held);
  const pointer = `/steps/${selectedIndex.value}/limits/${measure}`;
  const near = useMemo(() => nearest(seen, bounds, NEAREST), [seen, bounds.low, bounds.high]);
  return (
    <>
      <Dock
        name={`${step.name} ${measure.replaceAll("_", " ")}`}
        unit={unit}
        scale={scale}
        seen={seen}
        limit={limit}
        now={value?.value ?? null}
        off={off !== ""}
        onMove={(side, to, held) => move(side, to, held)}
        onRelease={settle}
      />
      <aside class={shared.side} aria-label={step.name}>
        <div class={`${shared.inspector} ${css.inspector}`}>
          <Head step={step} />
          <NowCard step={step} />
          {step.enabled === false && <p class="why">{text("limits.switched_off")}</p>}
          <LimitFields
            limit={limit}
            unit={unit}
            off={off !== ""}
            problems={(field) =>
              problems.value[`${pointer}/${field}`] ?? problems.value[pointer] ?? ""
            }
            onChange={(next, field) => setLimit(step, measure, next, field)}
          />
          {off && <p class="why">{off}</p>}
          <Rates seen={seen} bounds={bounds} />
          <button
            type="button"
            class="button wide"
            disabled={off !== ""}
            data-testid="suggest"
            onClick={() => {
              suggesting.value = true;
            }}
          >
            <Icon name="spark" />
            <span class="t">{text("limits.suggest")}</span>
          </button>
          <LabelCard off={off} />
          <Nearest images={near} />
        </div>
        <Finish />
      </aside>
      {suggesting.value && (
        <SuggestDialog
          onClose={() => {
            suggesting.value = false;
          }}
        />
      )}
    </>
  );
}

/** What it measures follows the step, what it hangs on, and what people say of images; limits change nothing of it. */
function useMeasuring(step: Step | null): void {
  const by = basis.value;
  const said = teachingSet.value;
  useEffect(() => {
    const timer = setTimeout(() => void gather(), LATER_MS);
    return () => {
      clearTimeout(timer);
      stopGathering();
    };
  }, [step?.name, by, said]);
}

/** The axis stays where it is while a limit is moved along it, and follows one that is typed beside it. */
function useScale(values: readonly number[], marks: readonly (number | null)[]): Scale {
  const size = `${values.length} ${Math.min(...values)} ${Math.max(...values)}`;
  const kept = useSignal<{ size: string; scale: Scale } | null>(null);
  const outside = (scale: Scale) =>
    marks.some((mark) => mark !== null && (placeOf(scale, mark) < 0 || placeOf(scale, mark) > 1));
  const now = kept.value;
  const scale = useMemo(
    () => (now && now.size === size && !outside(now.scale) ? now.scale : scaleOf(values, marks)),
    [size, ...marks],
  );
  useEffect(() => {
    kept.value = { size, scale };
  }, [size, scale]);
  return scale;
}

function Head({ step }: { step: Step }) {
  const many = steps.value.length > 1;
  return (
    <header class={css.head}>
      <button
        type="button"
        class="button icon-only plain"
        disabled={!many}
        aria-label={text("limits.previous")}
        onClick={() => selectNext(-1)}
      >
        <Icon name="left" />
      </button>
      <h2 class="clip">
        {number(selectedIndex.value + 1)} {step.name}
      </h2>
      <span class="push" />
      <button
        type="button"
        class="button icon-only plain"
        disabled={!many}
        aria-label={text("limits.next")}
        onClick={() => selectNext(1)}
      >
        <Icon name="right" />
      </button>
    </header>
  );
}

function Finish() {
  return (
    <div class={shared.finish}>
      <SaveButton />
      <a class="button primary" href={partHref("release")}>
        <span class="t">{text("limits.to_release")}</span>
      </a>
    </div>
  );
}

function unitOf(step: Step, measure: string): string {
  const sent = toolOf(step.tool.type)?.measures.find(({ name }) => name === measure)?.unit ?? "";
  return sent === "length" || sent === "area" ? "" : sent;
}
