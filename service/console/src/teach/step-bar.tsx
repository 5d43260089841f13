import { clock } from "../core/format";
import { hashOf } from "../core/page";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { dirty, draft, job, saved, saving } from "./draft";
import { PART_TEXTS, PARTS, part, partHref } from "./parts";
import { production } from "./recipes";
import css from "./teach.module.css";

/** The recipe, the four steps of teaching, and how the draft stands. */
export function StepBar() {
  const now = part.value;
  return (
    <div class={css.stepbar}>
      <a class={`button plain ${css.back}`} href={hashOf("teach")} title={text("teach.recipes")}>
        <Icon name="left" />
        <span class="t clip">
          {job.value} {draft.value?.name}
        </span>
      </a>
      <nav aria-label={text("teach.parts")} class={css.parts}>
        <ol class="steps">
          {PARTS.map((one, i) => (
            <li
              key={one}
              class={PARTS.indexOf(now) > i ? "done" : ""}
              aria-current={one === now ? "step" : undefined}
            >
              <a href={partHref(one)} aria-current={one === now ? "page" : undefined}>
                <i>{i + 1}</i>
                {text(PART_TEXTS[one])}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <span class="push" />
      <State />
    </div>
  );
}

function State() {
  const now = saved.value;
  if (!now) return null;
  const runs = production.value;
  const words = saving.value
    ? text("teach.saving")
    : dirty.value
      ? text("teach.unsaved")
      : now.atUs
        ? text("teach.saved_at", { time: clock(now.atUs / 1000) })
        : "";
  return (
    <>
      <span class="badge plain" data-testid="draft-state" data-dirty={dirty.value}>
        {now.draft || dirty.value
          ? text("teach.draft_of", { version: now.version })
          : text("teach.no_draft", { version: now.version - 1 })}
      </span>
      <span class={`fine ${css.saved}`}>
        {[runs > 0 ? text("teach.runs", { version: runs }) : "", words].filter(Boolean).join(" · ")}
      </span>
    </>
  );
}
