import { apiAddress } from "../../core/api";
import type { EvaluationResult, Share } from "../../core/contract";
import { type Change, changesOf, ways } from "../../core/evaluated";
import { number, percent } from "../../core/format";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { Changes } from "./changes";
import { result, run } from "./evaluating";
import css from "./release.module.css";
import { StepResults } from "./step-results";

/** What trying came to: which judgements change, how often it is wrong, each step. */
export function Outcome({ onOpen }: { onOpen: (change: Change) => void }) {
  const found = result.value;
  const now = run.value;
  if (!found || !now) return null;
  const changes = changesOf(found);
  return (
    <section class="card" data-testid="outcome" aria-labelledby="outcome-title">
      <header>
        <h2 id="outcome-title">{headline(found, changes, now.against !== "")}</h2>
        <span class="push" />
        <a class="button plain" href={apiAddress(`evaluations/${now.number}/report`)} download>
          <Icon name="download" />
          {text("release.report")}
        </a>
        <a class="button plain" href={apiAddress(`evaluations/${now.number}/table`)} download>
          <Icon name="download" />
          CSV
        </a>
      </header>
      <div class={`body ${css.outcome}`}>
        <Ways changes={changes} />
        <Changes changes={changes} onOpen={onOpen} />
        <Confusion found={found} />
        <StepResults steps={found.steps} />
      </div>
    </section>
  );
}

function headline(found: EvaluationResult, changes: readonly Change[], compared: boolean): string {
  const places = { count: number(changes.length), total: number(found.images.length) };
  if (!compared) return text("release.otherwise_than_then", places);
  return changes.length ? text("release.otherwise", places) : text("release.same", places);
}

function Ways({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return null;
  return (
    <ul class={css.ways}>
      {ways(changes).map(({ before, after, count }) => (
        <li key={`${before} ${after}`}>
          <b>{number(count)}</b> {before} → {after}
        </li>
      ))}
    </ul>
  );
}

const LABELS = ["good", "bad", "not labelled"] as const;
const JUDGEMENTS = ["PASS", "FAIL", "ERROR"] as const;

/** Judgements by what is known of the parts; only where something is known. */
function Confusion({ found }: { found: EvaluationResult }) {
  const { confusion } = found;
  const rows = LABELS.filter((label) => JUDGEMENTS.some((one) => confusion[label]?.[one]));
  if (!rows.includes("good") && !rows.includes("bad")) return null;
  const wrong = { good: ["FAIL", "ERROR"], bad: ["PASS", "ERROR"], "not labelled": [] as string[] };
  return (
    <div class={css.confusion}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{text("release.parts")}</th>
            {JUDGEMENTS.map((judgement) => (
              <th scope="col" class="num" key={judgement}>
                {judgement}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((label) => (
            <tr key={label}>
              <th scope="row">{LABEL_WORDS[label]()}</th>
              {JUDGEMENTS.map((judgement) => {
                const count = confusion[label]?.[judgement] ?? 0;
                const is = count > 0 && wrong[label].includes(judgement) ? css.wrong : "";
                return (
                  <td class={`num ${is}`} key={judgement}>
                    {number(count)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p>{shareWords("release.rejects", found.false_rejects)}</p>
      <p>{shareWords("release.escapes", found.escapes)}</p>
    </div>
  );
}

const LABEL_WORDS = {
  good: () => text("release.good"),
  bad: () => text("release.bad"),
  "not labelled": () => text("release.unlabelled"),
} as const;

function shareWords(key: "release.rejects" | "release.escapes", share: Share): string {
  if (!share.total) return text("release.no_parts");
  return text(key, {
    count: number(share.count),
    total: number(share.total),
    low: percent(100 * share.low),
    high: percent(100 * share.high),
  });
}
