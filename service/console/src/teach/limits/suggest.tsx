import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Relearned } from "../../core/contract";
import { decimalsOf, number, percent } from "../../core/format";
import { boundsOf } from "../../core/limits/limit";
import { text } from "../../core/texts";
import { reasonsOf } from "../../core/told-wrong";
import { Busy } from "../../parts/busy";
import { Dialog } from "../../parts/dialog";
import { Mark } from "../../parts/mark";
import { steps } from "../draft";
import { relearn } from "../labels/labelling";
import { limitOf, takeProposals } from "./limit-edit";
import css from "./limits.module.css";

type Proposal = NonNullable<Relearned["trial"]>["proposals"][number];

/** The teaching function: what it proposes is seen, before to after, and then taken or not. */
export function SuggestDialog({ onClose }: { onClose: () => void }) {
  const learned = useSignal<Relearned | null>(null);
  const left = useSignal<ReadonlySet<string>>(new Set()); // not to be taken
  const problems = useSignal<readonly string[]>([]);
  useEffect(() => {
    relearn([]).then(
      (found) => {
        learned.value = found;
        if (!found) problems.value = [text("limits.not_saved")];
      },
      (problem: unknown) => {
        problems.value = reasonsOf(problem);
      },
    );
  }, []);
  const proposals = learned.value?.trial?.proposals ?? [];
  const wanted = proposals.filter((one) => !left.value.has(nameOf(one)));
  const take = () => {
    takeProposals(wanted);
    onClose();
  };
  return (
    <Dialog
      title={text("limits.suggested")}
      onClose={onClose}
      wide
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {text("limits.leave")}
          </button>
          <button
            type="button"
            class="button primary"
            disabled={wanted.length === 0}
            data-testid="take"
            onClick={take}
          >
            {text("limits.take", { count: number(wanted.length) })}
          </button>
        </>
      }
    >
      {!learned.value && problems.value.length === 0 && <Busy words={text("limits.learning")} />}
      {[...problems.value, ...(learned.value?.problems ?? [])].map((problem) => (
        <p class="why" role="alert" key={problem}>
          <Mark name="warn" />
          {problem}
        </p>
      ))}
      {learned.value && <Lessons found={learned.value} />}
      {proposals.length > 0 && (
        <Proposals
          proposals={proposals}
          left={left.value}
          onToggle={(name) => {
            const next = new Set(left.value);
            if (!next.delete(name)) next.add(name);
            left.value = next;
          }}
        />
      )}
    </Dialog>
  );
}

function Lessons({ found }: { found: Relearned }) {
  const { trial, lessons } = found;
  return (
    <>
      {lessons.length > 0 && (
        <p>{text("limits.learned", { steps: lessons.map(({ step }) => step).join(", ") })}</p>
      )}
      {trial && (
        <p>
          {text("limits.trial", {
            rejected: number(trial.rejects.count),
            good: number(trial.good),
            bound: percent(100 * trial.bound, 0),
          })}{" "}
          {trial.bad > 0 &&
            text("limits.trial_bad", {
              passed: number(trial.escapes.count),
              bad: number(trial.bad),
              high: percent(100 * trial.escapes.high, 0),
            })}
        </p>
      )}
    </>
  );
}

function Proposals(props: {
  proposals: readonly Proposal[];
  left: ReadonlySet<string>;
  onToggle: (name: string) => void;
}) {
  return (
    <div class={css.proposals}>
      <table class="table press">
        <thead>
          <tr>
            <th scope="col">{text("limits.take_it")}</th>
            <th scope="col" class="num">
              {text("limits.before")}
            </th>
            <th scope="col" class="num">
              {text("limits.after")}
            </th>
            <th scope="col" class="num">
              {text("limits.rejects_most")}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.proposals.map((one) => (
            <tr key={nameOf(one)} data-testid={`proposal-${nameOf(one)}`}>
              <td>
                <label class={css.pick}>
                  <input
                    type="checkbox"
                    checked={!props.left.has(nameOf(one))}
                    onChange={() => props.onToggle(nameOf(one))}
                  />
                  {`${one.step} · ${one.measure.replaceAll("_", " ")}`}
                </label>
              </td>
              <td class="num">{before(one)}</td>
              <td class="num strong">{rangeWords(one.low ?? null, one.high ?? null)}</td>
              <td class="num">{one.bound == null ? "–" : percent(100 * one.bound, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function nameOf({ step, measure }: Proposal): string {
  return `${step}.${measure}`;
}

function before({ step, measure }: Proposal): string {
  const found = steps.value.find(({ name }) => name === step);
  if (!found) return "–";
  const { low, high } = boundsOf(limitOf(found, measure));
  return rangeWords(low, high);
}

function rangeWords(low: number | null, high: number | null): string {
  if (low === null && high === null) return text("limits.none");
  const decimals = Math.max(decimalsOf(low, high), 2);
  return text("form.bounds", {
    low: low === null ? "" : number(low, decimals),
    high: high === null ? "" : number(high, decimals),
  }).trim();
}
