import { useEffect } from "preact/hooks";
import { number, percent } from "../../core/format";
import { lightFault } from "../../core/lighting";
import type { Field } from "../../core/schema-form";
import { text } from "../../core/texts";
import { Mark } from "../../parts/mark";
import { NumberField } from "../../parts/number-field";
import { may } from "../../session";
import { Finish } from "../settings/finish";
import { SectionForm } from "../settings/section-card";
import { load } from "../settings/settings";
import { Cards, NotAllowed, Trouble } from "../told";
import css from "./camera.module.css";
import { gain, refused, seen, setup, viewport, watchCamera } from "./live";
import { Measured } from "./measured";
import { OnlineSwitch } from "./online-switch";
import { refusedWords, View } from "./view";

/** The camera's picture beside its settings: what is tried shows at once, what is applied is the line's. */
export function CameraTab() {
  const allowed = may("camera");
  const changes = may("settings");
  useEffect(() => (allowed ? watchCamera() : undefined), [allowed]);
  useEffect(() => void (changes && load()), [changes]);
  useEffect(() => viewport.showAll, []);
  if (!allowed) {
    return (
      <Cards label={text("system.camera")}>
        <NotAllowed action="camera" whose="engineer" />
      </Cards>
    );
  }
  return (
    <div class={css.camera}>
      <View />
      <Measured />
      <div class={css.form} data-testid="camera-form">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
        <section class={css.fields} tabIndex={0} aria-label={text("camera.settings")}>
          <Advice />
          <OnlineSwitch />
          <Trouble words={setup.trouble.value} />
          <Fields />
        </section>
        <NotAllowed action="settings" whose="administrator" />
        <Finish onApplied={setup.refresh} />
      </div>
    </div>
  );
}

function Fields() {
  const said = setup.value.value;
  if (!said) return null;
  const { section, simulated, name } = said;
  const trial = simulated && "exposure_us" in section.values && !("gain_db" in section.values);
  return (
    <>
      <h2>{name}</h2>
      <SectionForm section={section} show={isTried} />
      {trial && (
        <NumberField
          label={text("camera.gain")}
          value={gain.value}
          unit="dB"
          hint={text("camera.gain_tried")}
          testId="camera-gain"
          onChange={(value) => {
            gain.value = value;
          }}
        />
      )}
      <SectionForm section={section} show={(field) => !isTried(field)} />
    </>
  );
}

/** What shows in the next picture comes first. */
function isTried({ name }: Field): boolean {
  return name === "exposure_us" || name === "gain_db";
}

/** What is wrong with the picture, or why there is none, and what to do. */
function Advice() {
  const said = seen.value?.said;
  const fault = said ? lightFault(said) : "";
  const words = refused.value
    ? refusedWords()
    : fault === "white"
      ? text("camera.too_white", { share: percent(100 * (said?.bright ?? 0)) })
      : fault === "dark"
        ? text("camera.too_dark", { mean: number(said?.mean_grey) })
        : "";
  return (
    <div role="status" data-testid="camera-advice">
      {words && (
        <p class={css.advice}>
          <Mark name="warn" />
          <span>{words}</span>
        </p>
      )}
    </div>
  );
}
