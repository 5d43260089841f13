import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { NumberField } from "../../parts/number-field";
import { type MachinePoint, machineOf, type Taken } from "./calibrate";
import css from "./calibration.module.css";
import { Finish } from "./finish";
import { ImageChoice } from "./image-choice";
import { ImagePoints } from "./image-points";
import { StepChoice } from "./step-choice";
import { Trying } from "./trying";
import { lengthWords, type WizardProps } from "./wizard";

const MOST = 100;
const FEWEST = 3;
const TOOL = "machine_position";

/** The same points in the frame and in the machine: x, y and the angle between them. */
export function MachineForm(props: WizardProps) {
  const steps = props.steps.filter(({ tool }) => tool === TOOL).map(({ name }) => name);
  const image = useSignal<Taken | null>(props.image);
  const step = useSignal(steps[0] ?? "");
  const points = useSignal<readonly MachinePoint[]>([]);
  const trying = useMemo(() => new Trying(), []);
  const wanted = useComputed(() => machineOf(step.value, points.value));
  const change = (next: readonly MachinePoint[]) => {
    points.value = next;
    trying.changed();
  };
  const missing = steps.length
    ? text("calib.machine_missing", { count: FEWEST })
    : text("calib.machine_no_step");
  return (
    <div class={css.body}>
      <ImagePoints
        address={image.value?.address ?? null}
        label={image.value?.name ?? ""}
        points={points.value}
        most={MOST}
        onAdd={(point) => change([...points.value, { ...point, machineX: null, machineY: null }])}
        onMove={(i, point) => {
          const before = points.value[i];
          if (before) change(points.value.with(i, { ...before, ...point }));
        }}
      />
      <div class={css.side}>
        <p class="quiet">{text("calib.machine_how")}</p>
        <ImageChoice image={image} shown={props.image} onChange={trying.changed} />
        <StepChoice
          steps={steps}
          value={step.value}
          onChange={(name) => {
            step.value = name;
            trying.changed();
          }}
        />
        <Pairs points={points.value} onChange={change} />
        <Finish wizard={props} trying={trying} wanted={wanted.value} missing={missing}>
          <MachineFound trying={trying} count={points.value.length} />
        </Finish>
      </div>
    </div>
  );
}

function Pairs(props: {
  points: readonly MachinePoint[];
  onChange: (points: readonly MachinePoint[]) => void;
}) {
  const { points, onChange } = props;
  const start = { x: 100, y: 100, machineX: null, machineY: null };
  return (
    <div class={css.points}>
      {points.map((point, i) => (
        <fieldset class={css.pair} key={i}>
          <legend>{text("calib.pair", { number: i + 1 })}</legend>
          {(
            [
              ["x", "px", "calib.frame_x"],
              ["y", "px", "calib.frame_y"],
              ["machineX", "", "calib.machine_x"],
              ["machineY", "", "calib.machine_y"],
            ] as const
          ).map(([field, unit, words]) => (
            <NumberField
              key={field}
              label={text(words)}
              unit={unit}
              value={point[field] === null ? null : Math.round(point[field] * 1000) / 1000}
              onChange={(value) => {
                if (value === null && unit === "px") return;
                onChange(points.with(i, { ...point, [field]: value }));
              }}
            />
          ))}
          <button
            type="button"
            class="button icon-only plain"
            aria-label={text("calib.remove_point", { number: i + 1 })}
            onClick={() => onChange(points.toSpliced(i, 1))}
          >
            <Icon name="x" />
          </button>
        </fieldset>
      ))}
      <button type="button" class="button" onClick={() => onChange([...points, start])}>
        <Icon name="plus" />
        {text("calib.add_point")}
      </button>
    </div>
  );
}

function MachineFound({ trying, count }: { trying: Trying; count: number }) {
  const found = trying.found.value;
  if (!found || found.residual == null) return null;
  return (
    <>
      <p class={css.figure}>
        {text("calib.machine_left", {
          mean: lengthWords(found.residual, ""),
          largest: lengthWords(found.largest ?? 0, ""),
          count,
        })}
      </p>
      {count === FEWEST && <p class="quiet">{text("calib.machine_three")}</p>}
    </>
  );
}
