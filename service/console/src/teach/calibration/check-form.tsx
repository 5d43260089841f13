import { useSignal } from "@preact/signals";
import type { CameraChecked } from "../../core/contract";
import { quantity } from "../../core/format";
import { text } from "../../core/texts";
import { reasonsOf } from "../../core/told-wrong";
import { Busy } from "../../parts/busy";
import { Mark, markOf } from "../../parts/mark";
import { checkCamera, type Taken } from "./calibrate";
import css from "./calibration.module.css";
import { ImageChoice } from "./image-choice";
import { ImagePoints } from "./image-points";
import type { WizardProps } from "./wizard";

const TOOL = "camera_check";

/** Whether the camera still looks at the same place: by marks of the machine that no part covers. */
export function CheckForm(props: WizardProps) {
  const image = useSignal<Taken | null>(props.image);
  const found = useSignal<CameraChecked | null>(null);
  const problems = useSignal<readonly string[]>([]);
  const busy = useSignal(false);
  const steps = props.steps.filter(({ tool }) => tool === TOOL);
  const why =
    steps.length === 0 ? text("calib.check_no_step") : image.value ? "" : text("calib.no_image");
  const check = async () => {
    if (!image.value) return;
    busy.value = true;
    problems.value = [];
    try {
      found.value = await checkCamera(props.job, image.value.source);
    } catch (problem) {
      problems.value = reasonsOf(problem);
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class={css.body}>
      <ImagePoints
        address={image.value?.address ?? null}
        label={image.value?.name ?? ""}
        points={[]}
        most={0}
        onAdd={() => undefined}
        onMove={() => undefined}
      />
      <div class={css.side}>
        <p class="quiet">{text("calib.check_how")}</p>
        <ImageChoice
          image={image}
          shown={props.image}
          onChange={() => {
            found.value = null;
          }}
        />
        <div class="actions">
          <button
            type="button"
            class="button primary"
            disabled={why !== "" || busy.value}
            onClick={() => void check()}
          >
            {text("calib.check_do")}
          </button>
        </div>
        {why && <p class="why">{why}</p>}
        {busy.value && <Busy words={text("calib.busy")} />}
        {problems.value.map((problem) => (
          <p class="why" role="alert" key={problem}>
            <Mark name="warn" />
            {problem}
          </p>
        ))}
        {found.value && <Checked found={found.value} />}
      </div>
    </div>
  );
}

function Checked({ found }: { found: CameraChecked }) {
  return (
    <div class={css.result} role="status" data-testid="camera-checked">
      <p class={css.figure}>{text(found.moved ? "calib.moved" : "calib.not_moved")}</p>
      <ul class={css.marks}>
        {found.marks.map((mark) => (
          <li key={mark.step}>
            <Mark name={markOf(mark.judgement)} label={mark.judgement} />
            <span>{mark.step}</span>
            <span class="push">
              {mark.shift_px == null ? text("calib.mark_lost") : quantity(mark.shift_px, "px", 2)}
            </span>
          </li>
        ))}
      </ul>
      {found.moved && <p class="quiet">{text("calib.moved_do")}</p>}
    </div>
  );
}
