import { useSignal } from "@preact/signals";
import { text } from "../../core/texts";
import { reasonsOf } from "../../core/told-wrong";
import { activate } from "../../frame/recipe-list";
import { Mark } from "../../parts/mark";
import { may } from "../../session";
import { state } from "../../station";
import css from "./release.module.css";

/** After a release: it judges parts now, or as soon as its job is the active one. */
export function Released({ job, version }: { job: number; version: number }) {
  const busy = useSignal(false);
  const problems = useSignal<readonly string[]>([]);
  const now = state.value;
  const runs = now?.job === job;
  const load = async () => {
    busy.value = true;
    problems.value = [];
    try {
      await activate(job);
    } catch (problem) {
      problems.value = reasonsOf(problem);
    }
    busy.value = false;
  };
  return (
    <>
      <p class={css.done} role="status" data-testid="released">
        <Mark name="pass" />
        {text(runs ? "release.runs" : "release.is_released", { version })}
      </p>
      {now && !runs && (
        <>
          <p class="quiet">
            {now.recipe
              ? text("release.other_runs", { job: now.job, name: now.recipe })
              : text("release.none_runs")}
          </p>
          <button
            type="button"
            class="button primary wide"
            disabled={busy.value || !may("select_recipe")}
            data-testid="load"
            onClick={() => void load()}
          >
            {text("release.load", { job })}
          </button>
        </>
      )}
      {problems.value.map((problem) => (
        <p class="why" role="alert" key={problem}>
          <Mark name="warn" />
          {problem}
        </p>
      ))}
    </>
  );
}
