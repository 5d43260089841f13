import { useSignal } from "@preact/signals";
import type { Step } from "../core/recipe";
import { text } from "../core/texts";
import { reasonsOf } from "../core/told-wrong";
import { Busy } from "../parts/busy";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { draft } from "./draft";
import { shownImage } from "./images";
import { canBeKept, fetchSet, labelOf, labelTrouble, relearn, say } from "./labels/labelling";
import css from "./teach.module.css";
import { toolOf } from "./tools";

/** Of a tool that does nothing before it has learned: one press, and the shown image is its first good part. */
export function LearnCard({ step }: { step: Step }) {
  const busy = useSignal(false);
  const problems = useSignal<readonly string[]>([]);
  const image = shownImage.value;
  if (!waits(step)) return null;
  const off = !may("recipes") || !image || !canBeKept(image.source);
  const learn = async () => {
    if (!image) return;
    busy.value = true;
    problems.value = [];
    try {
      await fetchSet();
      if (labelOf(image) !== "good") await say([image], "good");
      problems.value = labelTrouble.value;
      if (problems.value.length === 0) problems.value = await lesson(step);
    } catch (problem) {
      problems.value = reasonsOf(problem);
    }
    busy.value = false;
  };
  return (
    <section class={css.part} aria-label={text("teach.learn")}>
      <p class="quiet">{text("teach.learn_words")}</p>
      <button
        type="button"
        class="button wide"
        disabled={off || busy.value}
        data-testid="learn"
        onClick={() => void learn()}
      >
        <Icon name="spark" />
        <span class="t">{text("teach.learn")}</span>
      </button>
      {busy.value && <Busy words={text("teach.learning")} />}
      {problems.value.map((problem) => (
        <p class="why" role="alert" key={problem}>
          <Mark name="warn" />
          {problem}
        </p>
      ))}
    </section>
  );
}

/** It needs a lesson that good parts give, and has had none. */
function waits({ tool, taught }: Step): boolean {
  const lessons = toolOf(tool.type)?.lessons;
  if (!lessons?.needed || !taught || !lessons.taught_from.startsWith("good")) return false;
  return !(taught in ((draft.value?.taught ?? {}) as object));
}

/** Why it did not learn. What else is told is of limits, which come later. */
async function lesson(step: Step): Promise<readonly string[]> {
  const learned = await relearn([step.name]);
  if (!learned) return [text("teach.learn_not_saved")];
  return learned.lessons.some((one) => one.step === step.name) ? [] : (learned.problems ?? []);
}
