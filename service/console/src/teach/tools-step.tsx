import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { dirty, problems, save, saving, selectedStep, steps } from "./draft";
import { Inspector } from "./inspector";
import { partHref } from "./parts";
import css from "./teach.module.css";

/** Step 2: the tools, one at a time. */
export function ToolsStep({ onAdd }: { onAdd: () => void }) {
  return (
    <aside class={css.side} aria-label={selectedStep.value?.name ?? text("teach.tools")}>
      {steps.value.length ? <Inspector onAdd={onAdd} /> : <First onAdd={onAdd} />}
      <Finish />
    </aside>
  );
}

function First({ onAdd }: { onAdd: () => void }) {
  return (
    <div class={css.inspector}>
      <section class={css.about}>
        <p class="quiet">{text("teach.first_tool")}</p>
        <button
          type="button"
          class="button primary wide"
          disabled={!may("recipes")}
          onClick={onAdd}
        >
          <Icon name="plus" />
          <span class="t">{text("teach.add_tool")}</span>
        </button>
      </section>
    </div>
  );
}

/** Save. What keeps the draft from being released is said, and keeps nobody from saving it. */
function Finish() {
  const wrong = Object.values(problems.value);
  return (
    <>
      {wrong.length > 0 && (
        <details class={css.wrong} data-testid="problems">
          <summary>
            <Mark name="warn" />
            {wrong.length === 1
              ? text("teach.problem_one")
              : text("teach.problems", { count: wrong.length })}
          </summary>
          <ul>
            {Object.entries(problems.value).map(([pointer, message]) => (
              <li key={pointer}>{message}</li>
            ))}
          </ul>
        </details>
      )}
      <div class={css.finish}>
        <SaveButton />
        <a class="button primary" href={partHref("limits")}>
          <span class="t">{text("limits.to_limits")}</span>
        </a>
      </div>
    </>
  );
}

export function SaveButton() {
  return (
    <button
      type="button"
      class="button"
      disabled={!dirty.value || saving.value || !may("recipes")}
      data-testid="save"
      onClick={() => void save()}
    >
      <span class="t">{text("teach.save")}</span>
    </button>
  );
}
