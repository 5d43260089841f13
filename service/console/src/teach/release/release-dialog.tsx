import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Draft, ReferencesJudged } from "../../core/contract";
import { number } from "../../core/format";
import { text } from "../../core/texts";
import { reasonsOf } from "../../core/told-wrong";
import { Busy } from "../../parts/busy";
import { Dialog } from "../../parts/dialog";
import { Mark, markOf } from "../../parts/mark";
import css from "./release.module.css";
import { draftOf, judgeReferences, release } from "./releasing";

export interface ReleaseProps {
  job: number;
  line: number | null; // version that judges now
  onDone: (version: number) => Promise<void>;
  onClose: () => void;
}

/** The draft goes to the line: what will change there, a reason, and references that it judges right. */
export function ReleaseDialog(props: ReleaseProps) {
  const draft = useSignal<Draft | null>(null);
  const references = useSignal<ReferencesJudged | null>(null);
  const reason = useSignal("");
  const forced = useSignal(false);
  const busy = useSignal(false);
  const problems = useSignal<readonly string[]>([]);

  useEffect(() => {
    void told(problems, async () => {
      draft.value = await draftOf(props.job);
      references.value = await judgeReferences(props.job);
    });
  }, []);

  const failing = references.value?.items.filter(({ difference }) => difference) ?? [];
  const wrong = [...(draft.value?.problems ?? []), ...(references.value?.problems ?? [])];
  const ready =
    draft.value !== null &&
    references.value !== null &&
    wrong.length === 0 &&
    reason.value.trim() !== "" &&
    (failing.length === 0 || forced.value);
  const version = draft.value?.version ?? 0;

  const go = async (event: Event) => {
    event.preventDefault();
    if (!ready || !draft.value || busy.value) return;
    busy.value = true;
    const { sha256 } = draft.value;
    await told(problems, async () => {
      await release(props.job, reason.value.trim(), sha256, forced.value && failing.length > 0);
      await props.onDone(version);
    });
    busy.value = false;
  };

  return (
    <Dialog
      title={version ? text("release.title", { version }) : text("release.title_short")}
      onClose={props.onClose}
      footer={
        <>
          <button type="button" class="button" onClick={props.onClose}>
            {text("release.not_yet")}
          </button>
          <button
            type="submit"
            form="release-form"
            class="button primary"
            disabled={!ready || busy.value}
          >
            {version ? text("release.do", { version }) : text("release.title_short")}
          </button>
        </>
      }
    >
      <form id="release-form" class={css.form} onSubmit={(event) => void go(event)}>
        <p>
          {props.line === null
            ? text("release.first", { version })
            : text("release.changes_line", { version, before: props.line })}
        </p>
        {wrong.length > 0 && <Wrong problems={wrong} />}
        <References found={references.value} failing={failing} />
        <Reason
          value={reason.value}
          onChange={(words) => {
            reason.value = words;
          }}
        />
        {failing.length > 0 && (
          <label class={css.force}>
            <input
              type="checkbox"
              checked={forced.value}
              onChange={(event) => {
                forced.value = event.currentTarget.checked;
              }}
            />
            {text("release.force")}
          </label>
        )}
        {!ready && draft.value && (
          <p class="why">{whyNot(wrong.length, failing.length, forced.value)}</p>
        )}
        {problems.value.map((problem) => (
          <p class="why" role="alert" key={problem}>
            <Mark name="warn" />
            {problem}
          </p>
        ))}
        {busy.value && <Busy words={text("release.releasing")} />}
      </form>
    </Dialog>
  );
}

function whyNot(wrong: number, failing: number, forced: boolean): string {
  if (wrong > 0) return text("release.why_wrong");
  if (failing > 0 && !forced) return text("release.why_references");
  return text("release.why_reason");
}

function Wrong({ problems }: { problems: readonly string[] }) {
  return (
    <ul class={css.wrongs}>
      {problems.map((problem) => (
        <li class="why" key={problem}>
          <Mark name="warn" />
          {problem}
        </li>
      ))}
    </ul>
  );
}

function References(props: { found: ReferencesJudged | null; failing: ReferencesJudged["items"] }) {
  const { found, failing } = props;
  if (!found) return <Busy words={text("release.references_busy")} />;
  if (found.items.length === 0) return <p class="quiet">{text("release.no_references")}</p>;
  if (failing.length === 0)
    return (
      <p class={css.well}>
        <Mark name="pass" />
        {text("release.references_right", { count: number(found.items.length) })}
      </p>
    );
  return (
    <div>
      <p class="strong">
        {text("release.references_wrong", {
          count: number(failing.length),
          total: number(found.items.length),
        })}
      </p>
      <ul class={css.wrongs}>
        {failing.map((one) => (
          <li class="why" key={one.name}>
            <Mark name={markOf(one.judgement)} label={one.judgement} />
            {`${one.name}: ${one.difference}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Reason({ value, onChange }: { value: string; onChange: (words: string) => void }) {
  return (
    <div class="field">
      <label for="release-reason">{text("release.reason")}</label>
      <span class="input">
        <input
          id="release-reason"
          maxLength={1000}
          autocomplete="off"
          autofocus
          required
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </span>
      <p class="hint">{text("release.reason_hint")}</p>
    </div>
  );
}

/** What went wrong, beside the form, instead of an exception. */
export async function told(
  problems: { value: readonly string[] },
  work: () => Promise<void>,
): Promise<void> {
  problems.value = [];
  try {
    await work();
  } catch (problem) {
    problems.value = reasonsOf(problem);
  }
}
