import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Calibration as Now } from "../../core/contract";
import { number, quantity } from "../../core/format";
import { text } from "../../core/texts";
import { reasonsOf } from "../../core/told-wrong";
import { Icon } from "../../parts/icon";
import { Mark } from "../../parts/mark";
import { BoardForm } from "./board-form";
import { calibrationOf, KINDS, type Kind, type Taken } from "./calibrate";
import css from "./calibration.module.css";
import { CheckForm } from "./check-form";
import { DistanceForm } from "./distance-form";
import { GaugeForm } from "./gauge-form";
import { MachineForm } from "./machine-form";

export interface WizardProps {
  job: number;
  /** The image that is shown in Teach, to begin with. */
  image: Taken | null;
  /** Steps of the draft with their tool. */
  steps: readonly { name: string; tool: string; measures: readonly string[] }[];
  /** Unsaved changes go into the draft before a calibration does; false: they could not be saved. */
  beforeKeeping: () => Promise<boolean>;
  /** The draft is another one now. */
  onKept: () => Promise<void>;
  onClose: () => void;
  off: string; // why nothing may be changed; "": it may
}

/** Millimetres, a machine's coordinates and gauges, each from what can be seen; tried before it is kept. */
export function CalibrationWizard(props: WizardProps) {
  const kind = useSignal<Kind>("distance");
  const now = useSignal<Now | null>(null);
  const trouble = useSignal("");
  const look = async () => {
    try {
      now.value = await calibrationOf(props.job);
    } catch (problem) {
      trouble.value = reasonsOf(problem).join(" ");
    }
  };
  useEffect(() => void look(), [props.job]);
  const kept = async () => {
    await props.onKept();
    await look();
  };
  const Form = FORMS[kind.value];
  return (
    <section class={css.wizard} aria-labelledby="calibration-title" data-testid="calibration">
      <header class={css.head}>
        <button
          type="button"
          class="button icon-only plain"
          aria-label={text("calib.close")}
          onClick={props.onClose}
        >
          <Icon name="left" />
        </button>
        <h2 id="calibration-title">{text("calib.title")}</h2>
        {now.value && <span class="fine">{nowWords(now.value)}</span>}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one line of faces */}
        <div class={`segmented ${css.kinds}`} role="group" aria-label={text("calib.kind")}>
          {KINDS.map((one) => (
            <button
              type="button"
              key={one}
              aria-pressed={kind.value === one}
              onClick={() => {
                kind.value = one;
              }}
            >
              {KIND_WORDS[one]()}
            </button>
          ))}
        </div>
      </header>
      {trouble.value && (
        <p class="why" role="alert">
          <Mark name="warn" />
          {trouble.value}
        </p>
      )}
      <Form {...props} onKept={kept} key={kind.value} />
    </section>
  );
}

const FORMS = {
  distance: DistanceForm,
  board: BoardForm,
  machine: MachineForm,
  gauge: GaugeForm,
  check: CheckForm,
} as const;

const KIND_WORDS: Readonly<Record<Kind, () => string>> = {
  distance: () => text("calib.distance"),
  board: () => text("calib.board"),
  machine: () => text("calib.machine"),
  gauge: () => text("calib.gauge"),
  check: () => text("calib.check"),
};

function nowWords({ mm_per_px, plane, record }: Now): string {
  if (mm_per_px === null) return text("calib.now_px");
  const size = quantity(mm_per_px, "mm", decimalsOfSize(mm_per_px));
  const words = plane ? text("calib.now_plane", { size }) : text("calib.now_mm", { size });
  return record ? `${words} ${record}` : words;
}

/** Four figures of a pixel's size. */
export function decimalsOfSize(mm: number): number {
  return Math.max(0, 3 - Math.floor(Math.log10(mm)));
}

/** A length with four figures. */
export function lengthWords(value: number, unit: string): string {
  const decimals = value === 0 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
  return unit === "" ? number(value, decimals) : quantity(value, unit, Math.min(5, decimals));
}
