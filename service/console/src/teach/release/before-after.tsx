import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { apiAddress, get, post } from "../../core/api";
import type { RecipeContent, Overlay as Shape, Trial } from "../../core/contract";
import type { Change } from "../../core/evaluated";
import { pathOf } from "../../core/geometry";
import { ran } from "../../core/instances";
import { text } from "../../core/texts";
import { reasonsOf } from "../../core/told-wrong";
import { Busy } from "../../parts/busy";
import { Dialog } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { Mark, markOf } from "../../parts/mark";
import css from "./release.module.css";

interface Both {
  readonly before: Trial | null; // null: nothing is released
  readonly after: Trial;
}

/** One image as the released version and as the draft see it, and a slider between them. */
export function BeforeAfter(props: {
  job: number;
  change: Change;
  released: boolean;
  onEdit: () => void; // in the editor
  onClose: () => void;
}) {
  const { job, change } = props;
  const both = useSignal<Both | null>(null);
  const problems = useSignal<readonly string[]>([]);
  useEffect(() => {
    seen(job, change.inspection, props.released).then(
      (found) => {
        both.value = found;
      },
      (problem: unknown) => {
        problems.value = reasonsOf(problem);
      },
    );
  }, [change.image]);
  return (
    <Dialog
      title={text("release.compared", { image: `#${change.inspection}` })}
      onClose={props.onClose}
      wide
      footer={
        <button type="button" class="button primary" onClick={props.onEdit}>
          <Icon name="teach" />
          {text("release.edit")}
        </button>
      }
    >
      {problems.value.map((problem) => (
        <p class="why" role="alert" key={problem}>
          <Mark name="warn" />
          {problem}
        </p>
      ))}
      {both.value ? (
        <Slider address={apiAddress(`inspections/${change.inspection}/image`)} both={both.value} />
      ) : (
        problems.value.length === 0 && <Busy words={text("release.judging")} />
      )}
    </Dialog>
  );
}

function Slider({ address, both }: { address: string; both: Both }) {
  const picture = useRef<HTMLDivElement>(null);
  const at = useSignal(50); // per cent
  const size = useSignal({ width: 4, height: 3 });
  const drag = (event: PointerEvent) => {
    if (event.type === "pointermove" && event.buttons === 0) return;
    const box = picture.current?.getBoundingClientRect();
    if (box) at.value = Math.min(100, Math.max(0, (100 * (event.clientX - box.left)) / box.width));
  };
  const { before, after } = both;
  return (
    <>
      <div
        class={css.compare}
        ref={picture}
        data-testid="before-after"
        onPointerDown={drag}
        onPointerMove={drag}
      >
        <img
          src={address}
          alt={text("release.part")}
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            size.value = { width: naturalWidth, height: naturalHeight };
          }}
        />
        {before && <Drawn shapes={before.overlays} size={size.value} clip={[0, 100 - at.value]} />}
        <Drawn shapes={after.overlays} size={size.value} clip={before ? [at.value, 0] : [0, 0]} />
        {before && <span class={css.divider} style={{ insetInlineStart: `${at.value}%` }} />}
      </div>
      {before && (
        <label class={css.range}>
          <Side words={text("release.released")} trial={before} />
          <input
            type="range"
            min="0"
            max="100"
            value={at.value}
            aria-label={text("release.slide")}
            onInput={(event) => {
              at.value = Number(event.currentTarget.value);
            }}
          />
          <Side words={text("release.draft")} trial={after} />
        </label>
      )}
      <Differing both={both} />
    </>
  );
}

function Side({ words, trial }: { words: string; trial: Trial }) {
  return (
    <span class={css.sideWords}>
      {trial.judgement && <Mark name={markOf(trial.judgement)} label={trial.judgement} />}
      {words}
    </span>
  );
}

function Drawn(props: {
  shapes: readonly Shape[];
  size: { width: number; height: number };
  clip: readonly [number, number]; // per cent from the left and from the right
}) {
  const [left, right] = props.clip;
  return (
    <svg
      viewBox={`-0.5 -0.5 ${props.size.width} ${props.size.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ clipPath: `inset(0 ${right}% 0 ${left}%)` }}
    >
      {props.shapes.map((shape) => {
        const path = pathOf(shape);
        return (
          <g class={`o-${markOf(shape.judgement)}`} key={`${shape.step} ${path}`}>
            <path class="halo" d={path} />
            <path class="core" d={path} />
          </g>
        );
      })}
    </svg>
  );
}

/** What the steps say that differ. */
function Differing({ both: { before, after } }: { both: Both }) {
  const said = new Map((before?.steps ?? []).map((step) => [step.name, step]));
  const rows = after.steps.filter(({ name, judgement }) => said.get(name)?.judgement !== judgement);
  if (rows.length === 0) return null;
  return (
    <ul class={css.differing}>
      {rows.map((step) => (
        <li key={step.name}>
          {ran(step) ? (
            <Mark name={markOf(step.judgement)} label={step.judgement} />
          ) : (
            <Mark name="unknown" />
          )}
          <b>{step.name}</b>
          <span class="quiet">{step.message || said.get(step.name)?.message}</span>
        </li>
      ))}
    </ul>
  );
}

async function seen(job: number, inspection: number | null, released: boolean): Promise<Both> {
  const contentOf = async (path: string) => (await get<RecipeContent>(path)).content;
  const judged = async (path: string) =>
    post<Trial>("trials", { job, recipe: await contentOf(path), image: { inspection } });
  const before = released ? await judged(`recipes/${job}`) : null; // one after the other: one process judges
  return { before, after: await judged(`recipes/${job}/draft`) };
}
