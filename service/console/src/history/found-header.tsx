import type { Found } from "../core/contract";
import { number, percent } from "../core/format";
import { text } from "../core/texts";
import frame from "../frame/frame.module.css";
import css from "./history.module.css";
import { filter, found, fresh, search } from "./state";
import { showCharts } from "./view";

/** How many were found, of how many, and what people said of them. */
export function FoundHeader() {
  const counted = found.value;
  return (
    <header>
      <h2 data-testid="found">{counted ? foundWords(counted) : text("history.counting")}</h2>
      {counted && <span class="fine">{sharesWords(counted)}</span>}
      <span role="status" class={css.fresh}>
        {fresh.value > 0 && (
          <button type="button" class="button" data-testid="fresh" onClick={() => void search()}>
            {text("history.fresh", { count: number(fresh.value) })}
          </button>
        )}
      </span>
      <span class="push" />
      {counted && <Reviewed of={counted} />}
      <button
        type="button"
        class={`button ${css.small}`}
        aria-pressed={showCharts.value}
        onClick={() => (showCharts.value = !showCharts.value)}
      >
        {text("history.charts")}
      </button>
    </header>
  );
}

/** What people said of the rejects; a press tells it version by version: was a recipe better before? */
function Reviewed({ of }: { of: Found }) {
  if (of.reviews.length === 0) {
    return <span class={`fine ${css.reviewed}`}>{reviewedWords(of)}</span>;
  }
  return (
    <>
      <button
        type="button"
        class={`button plain ${css.reviewed}`}
        popovertarget="reviews"
        data-testid="reviewed"
      >
        {reviewedWords(of)}
      </button>
      <section
        class={frame.float}
        id="reviews"
        popover="auto"
        aria-label={text("history.by_version")}
        data-testid="reviews"
      >
        <h2>{text("history.by_version")}</h2>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{text("history.recipe")}</th>
              <th scope="col" class="num">
                {text("history.reviewed_column")}
              </th>
              <th scope="col" class="num">
                {text("history.false_column")}
              </th>
            </tr>
          </thead>
          <tbody>
            {of.reviews.map((one) => (
              <tr key={`${one.job} ${one.version}`}>
                <th scope="row">{`${one.job} v${one.version}`}</th>
                <td class="num">{number(one.real + one.false + one.unclear)}</td>
                <td class="num">{falseWords(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function falseWords(one: Found["reviews"][number]): string {
  const reviewed = one.real + one.false + one.unclear;
  return `${number(one.false)} (${percent((100 * one.false) / reviewed, 0)})`;
}

function count(value: number, more: boolean): string {
  return number(value) + (more ? "+" : "");
}

function foundWords(counted: Found): string {
  const total = count(counted.total, counted.more);
  if (filter.value.shown === "ALL") return text("history.total", { total });
  return text("history.of", { total, all: count(counted.all, counted.all_more) });
}

function sharesWords(counted: Found): string {
  const said = [
    [counted.fail, "FAIL"],
    [counted.error, "ERROR"],
  ].flatMap(([share, name]) => (share ? [`${number(Number(share))} ${name}`] : []));
  const words = said.join(", ");
  return counted.more && words ? text("history.of_newest", { words }) : words;
}

function reviewedWords({ reviewed, false_rejects }: Found): string {
  if (reviewed === 0) return text("history.none_reviewed");
  return text("history.reviewed", {
    reviewed: number(reviewed),
    wrong: number(false_rejects),
    share: percent((100 * false_rejects) / reviewed, 0),
  });
}
