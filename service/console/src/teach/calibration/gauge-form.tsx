import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { leftOver } from "../../core/calibration";
import { number } from "../../core/format";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { NumberField } from "../../parts/number-field";
import { type GaugePair, gaugeOf } from "./calibrate";
import css from "./calibration.module.css";
import { Finish } from "./finish";
import { ImageSources } from "./image-choice";
import { StepChoice } from "./step-choice";
import { Trying } from "./trying";
import { lengthWords, type WizardProps } from "./wizard";

const EMPTY: GaugePair = { shown: null, image: null, true: null };

/** Gain and offset of one measure, from gauges whose size is known. */
export function GaugeForm(props: WizardProps) {
  const steps = props.steps.filter(({ measures }) => measures.length > 0);
  const step = useSignal(steps[0]?.name ?? "");
  const measures = steps.find(({ name }) => name === step.value)?.measures ?? [];
  const measure = useSignal(measures[0] ?? "");
  const pairs = useSignal<readonly GaugePair[]>([EMPTY]);
  const trying = useMemo(() => new Trying(), []);
  const wanted = useComputed(() => gaugeOf(step.value, measure.value, pairs.value));
  const choose = (name: string) => {
    step.value = name;
    measure.value = steps.find((one) => one.name === name)?.measures[0] ?? "";
    trying.changed();
  };
  const change = (next: readonly GaugePair[]) => {
    pairs.value = next;
    trying.changed();
  };
  const missing = steps.length ? text("calib.gauge_missing") : text("calib.gauge_no_step");
  return (
    <div class={`${css.body} ${css.single}`}>
      <div class={css.side}>
        <p class="quiet">{text("calib.gauge_how")}</p>
        <div class="fields">
          <StepChoice steps={steps.map(({ name }) => name)} value={step.value} onChange={choose} />
          <StepChoice
            steps={measures}
            value={measure.value}
            label={text("calib.measure")}
            onChange={(name) => {
              measure.value = name;
              trying.changed();
            }}
          />
        </div>
        <GaugePairs pairs={pairs.value} onChange={change} />
        <ImageSources
          shown={props.image}
          many
          onTake={(taken) =>
            change([
              ...pairs.value.filter((one) => one !== EMPTY),
              ...taken.map((image) => ({ ...EMPTY, image })),
            ])
          }
        />
        <Finish wizard={props} trying={trying} wanted={wanted.value} missing={missing}>
          <GaugeFound trying={trying} />
        </Finish>
      </div>
    </div>
  );
}

function GaugePairs(props: {
  pairs: readonly GaugePair[];
  onChange: (pairs: readonly GaugePair[]) => void;
}) {
  const { pairs, onChange } = props;
  return (
    <div class={css.points}>
      {pairs.map((pair, i) => (
        <div class={css.gauge} key={i}>
          <b>{i + 1}</b>
          {pair.image ? (
            <span class={css.seen}>
              <img src={pair.image.address} alt="" />
              <span class="fine">{pair.image.name}</span>
            </span>
          ) : (
            <NumberField
              label={text("calib.station_shows", { number: i + 1 })}
              value={pair.shown}
              onChange={(shown) => onChange(pairs.with(i, { ...pair, shown }))}
            />
          )}
          <NumberField
            label={text("calib.true_size", { number: i + 1 })}
            value={pair.true}
            onChange={(size) => onChange(pairs.with(i, { ...pair, true: size }))}
          />
          <button
            type="button"
            class="button icon-only plain"
            aria-label={text("calib.remove_gauge", { number: i + 1 })}
            onClick={() => onChange(pairs.toSpliced(i, 1))}
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
      <button type="button" class="button" onClick={() => onChange([...pairs, { ...EMPTY }])}>
        <Icon name="plus" />
        {text("calib.add_gauge")}
      </button>
    </div>
  );
}

function GaugeFound({ trying }: { trying: Trying }) {
  const found = trying.found.value;
  if (!found || found.gain == null || found.offset == null) return null;
  const pairs = (found.pairs ?? []).map(([shown, size]) => ({ shown, true: size }));
  const before = { gain: found.gain_before ?? 1, offset: found.offset_before ?? 0 };
  const left = leftOver(pairs, before, { gain: found.gain, offset: found.offset });
  return (
    <>
      <p class={css.figure}>
        {text("calib.gauge_is", { gain: number(found.gain, 5), offset: number(found.offset, 4) })}
      </p>
      <p>{text("calib.gauge_left", { largest: lengthWords(found.residual ?? 0, "") })}</p>
      <table class="table">
        <thead>
          <tr>
            <th scope="col" class="num">
              {text("calib.shown_before")}
            </th>
            <th scope="col" class="num">
              {text("calib.truly")}
            </th>
            <th scope="col" class="num">
              {text("calib.left")}
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair, i) => (
            <tr key={i}>
              <td class="num">{lengthWords(pair.shown, "")}</td>
              <td class="num">{lengthWords(pair.true, "")}</td>
              <td class="num">{lengthWords(left[i] ?? 0, "")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
