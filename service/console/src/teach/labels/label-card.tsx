import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { number } from "../../core/format";
import { text } from "../../core/texts";
import { Busy } from "../../parts/busy";
import { Mark } from "../../parts/mark";
import { selectedStep } from "../draft";
import { images, shownImage } from "../images";
import {
  canBeKept,
  fetchSet,
  isBad,
  labelOf,
  labelTrouble,
  pending,
  say,
  teachingSet,
  unlabelled,
} from "./labelling";
import css from "./labels.module.css";
import { PlaceChoice, placeOf } from "./place-choice";

const AT_ONCE = 10;

/** The image that is shown becomes good or bad with one press, as a whole or at a place, or the list does. */
export function LabelCard({ off }: { off: string }) {
  useEffect(() => {
    fetchSet().catch(() => undefined); // the list stays as it was: the page says that the station is away
  }, []);
  const chosen = useSignal("");
  const step = selectedStep.value;
  const place = placeOf(step, chosen.value);
  const image = shownImage.value;
  const said = labelOf(image, place);
  const listed = unlabelled(images.value ?? [])
    .filter(({ judgement }) => judgement !== "FAIL" && judgement !== "ERROR")
    .sort((a, b) => Number(b.key === image?.key) - Number(a.key === image?.key)) // the regions were drawn on it
    .slice(0, AT_ONCE);
  const bad = teachingSet.value.filter(({ labels }) => isBad(labels)).length;
  return (
    <section class={css.card} aria-labelledby="label-title" data-testid="labels">
      <h3 id="label-title">
        {text("labels.title")}
        <span class="push fine">
          {text("labels.kept", {
            good: number(teachingSet.value.length - bad),
            bad: number(bad),
          })}
        </span>
      </h3>
      {step && <PlaceChoice step={step} chosen={chosen} />}
      <div class="actions">
        {(["good", "bad"] as const).map((word) => (
          <button
            type="button"
            class={`button ${css.say}`}
            key={word}
            aria-pressed={said === word}
            disabled={off !== "" || !image || !canBeKept(image.source)}
            onClick={() => image && void say([image], word, place)}
          >
            <Mark name={word === "good" ? "pass" : "fail"} />
            {text(word === "good" ? "labels.good" : "labels.bad")}
          </button>
        ))}
      </div>
      {!place && listed.length > 1 && (
        <button
          type="button"
          class="button wide"
          disabled={off !== ""}
          onClick={() => void say(listed, "good")}
        >
          {text("labels.all_good", { count: number(listed.length) })}
        </button>
      )}
      {pending.value > 0 && (
        <Busy words={text("labels.keeping", { count: number(pending.value) })} />
      )}
      {labelTrouble.value.map((problem) => (
        <p class="why" role="alert" key={problem}>
          <Mark name="warn" />
          {problem}
        </p>
      ))}
    </section>
  );
}
