import type { Result } from "../core/contract";
import { age } from "../core/format";
import { shortReason } from "../core/short";
import { text } from "../core/texts";
import { offlineWords } from "../core/words";
import { Mark, type MarkName, markOf } from "../parts/mark";
import { quietMs, results, stale, state, stationNow, texts } from "../station";
import css from "./kiosk.module.css";

const LONG = 46; // characters of a reason that still stand large

interface Said {
  look: "pass" | "fail" | "error" | "stale" | "off" | "unknown";
  mark: MarkName;
  word: string;
  reason: string;
  more: readonly string[];
}

/** The newest judgement; louder than it is only that no part can be judged. Word and mark keep their place. */
export function KioskVerdict() {
  const { look, mark, word, reason, more } = said();
  return (
    <section
      class={`${css.verdict} ${css[look]}`}
      role="status"
      data-testid="kiosk-verdict"
      data-look={look}
    >
      <p class={`${css.word} ${word.length > 5 ? css.longer : ""}`}>
        <Mark name={mark} />
        <span data-testid="kiosk-word">{word}</span>
      </p>
      <p class={`${css.reason} ${reason.length > LONG ? css.small : ""}`}>{reason}</p>
      <p class={css.more}>
        {more.filter(Boolean).map((line) => (
          <span key={line}>{line}</span>
        ))}
      </p>
    </section>
  );
}

function said(): Said {
  const part = results.value[0];
  if (stale.value) {
    const reason = text("kiosk.stale", { age: age(quietMs.value ?? 0) });
    const word = part?.judgement ?? text("result.none");
    return { look: "stale", mark: "stale", word, reason, more: part ? [idOf(part)] : [] };
  }
  if (state.value && !state.value.online) {
    const reason = offlineWords(texts.value, state.value) || text("banner.offline_unknown");
    return { look: "off", mark: "warn", word: text("kiosk.offline"), reason, more: [] };
  }
  if (!part) {
    const word = text("result.none");
    return { look: "unknown", mark: "unknown", word, reason: text("result.none_more"), more: [] };
  }
  const { reason, more } = shortReason(part);
  const sort = part.sort_class && text("result.class", { name: part.sort_class });
  const look = markOf(part.judgement);
  return {
    look,
    mark: look,
    word: part.judgement,
    reason: [sort, reason].filter(Boolean).join(" · "),
    more: [more, idOf(part)],
  };
}

function idOf(part: Result): string {
  const ago = text("result.ago", { age: age(stationNow.value - part.at_us / 1000) });
  return `${text("result.number", { number: part.number })}, ${ago}`;
}
