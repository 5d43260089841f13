import { useEffect, useRef } from "preact/hooks";
import type { LogLine } from "../../core/contract";
import { clock, day } from "../../core/format";
import { text } from "../../core/texts";
import { Mark } from "../../parts/mark";
import { LEVELS } from "../keys";
import css from "../system.module.css";
import { Trouble } from "../told";
import { begin, following, least, lines, trouble, wanted, watchLines } from "./lines";

/** The lines, newest at the bottom; while they are followed the bottom stays in view. */
export function LinesPane() {
  const list = useRef<HTMLOListElement>(null);
  useEffect(watchLines, []);
  useEffect(() => void begin(), [least.value, wanted.value]);
  useEffect(() => {
    if (following.value && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines.value, following.value]);
  return (
    <>
      <Trouble words={trouble.value} />
      <ol
        class={css.logList}
        ref={list}
        data-testid="log-lines"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={text("log.lines")}
      >
        {lines.value.map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </ol>
      {lines.value.length === 0 && <p class="quiet">{text("log.none")}</p>}
    </>
  );
}

function Line({ line }: { line: LogLine }) {
  const { level, text: said } = line;
  const grave = level === "error" || level === "critical";
  return (
    <li class={grave || level === "warning" ? css.loud : ""} data-level={level}>
      <time title={day(line.at_us / 1000)}>{clock(line.at_us / 1000)}</time>
      {grave || level === "warning" ? (
        <Mark name="warn" label={text(LEVELS[level])} />
      ) : (
        <i class="fine">{text(LEVELS[level])}</i>
      )}
      <span>
        <b>{line.logger}</b> {said}
      </span>
    </li>
  );
}
