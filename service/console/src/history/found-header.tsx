import type { Found } from "../core/contract";
import { number, percent } from "../core/format";
import { text } from "../core/texts";
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
      {counted && <span class={`fine ${css.reviewed}`}>{reviewedWords(counted)}</span>}
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
