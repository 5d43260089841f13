import { useEffect, useRef } from "preact/hooks";
import { number } from "../../core/format";
import type { Side } from "../../core/limits/limit";
import { text } from "../../core/texts";
import { Mark } from "../../parts/mark";
import { selectedStep } from "../draft";
import { Distribution, type DistributionProps } from "./distribution";
import css from "./limits.module.css";
import { gather, gathering, gatherTrouble, measured, old, stopGathering } from "./values";

/** The distribution with what it is of; below the picture where there is room. */
export function Dock(
  props: Omit<DistributionProps, "onMove"> & {
    onMove: (side: Side, value: number | null, held: boolean) => void;
    onRelease: () => void;
  },
) {
  const { seen, name } = props;
  const held = useRef(false);
  useEffect(() => {
    const up = () => {
      if (held.current) props.onRelease();
      held.current = false;
    };
    addEventListener("pointerup", up);
    return () => removeEventListener("pointerup", up);
  }, [props.onRelease]);
  const count = (label: "good" | "bad" | null) => seen.filter((one) => one.label === label).length;
  const [good, bad, rest] = [count("good"), count("bad"), count(null)];
  return (
    <section
      class={`${css.dock} ${old.value ? css.old : ""}`}
      aria-label={text("limits.distribution")}
      data-testid="dock"
      onPointerDown={() => {
        held.current = true;
      }}
    >
      <header>
        <h2 class="clip">{text("limits.seen_in", { name, count: number(seen.length) })}</h2>
        <span class="push" />
        {good > 0 && <Legend kind="good" words={text("limits.good_up", { count: number(good) })} />}
        {bad > 0 && <Legend kind="bad" words={text("limits.bad_down", { count: number(bad) })} />}
        {rest > 0 && <Legend kind="rest" words={text("limits.rest_up", { count: number(rest) })} />}
        <State />
      </header>
      <Distribution {...props} onMove={(side, value) => props.onMove(side, value, held.current)} />
    </section>
  );
}

function Legend({ kind, words }: { kind: "good" | "bad" | "rest"; words: string }) {
  const look = { good: "d-good", bad: "d-bad", rest: css.unlabelled ?? "" }[kind];
  return (
    <span class={css.legend}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <rect class={look} x="1" y="2" width="4" height="9" />
        <rect class={look} x="7" y="4" width="4" height="7" />
      </svg>
      {words}
    </span>
  );
}

/** How far measuring has come, or the button that begins it. */
function State() {
  const now = gathering.value;
  if (now) {
    const places = { done: number(now.done), total: number(now.total) };
    return (
      <span class={css.state} role="status">
        <Mark name="busy" />
        {now.total ? text("limits.measuring", places) : text("limits.measuring_first")}
        <button type="button" class="button plain" onClick={stopGathering}>
          {text("limits.stop")}
        </button>
      </span>
    );
  }
  return (
    <span class={css.state}>
      {gatherTrouble.value.length > 0 && (
        <span class="why" role="alert">
          <Mark name="warn" />
          {gatherTrouble.value.join(" ")}
        </span>
      )}
      {old.value && <span class="fine">{text("limits.old")}</span>}
      <button
        type="button"
        class="button"
        data-testid="measure"
        disabled={selectedStep.value?.enabled === false}
        onClick={() => void gather()}
      >
        {text(measured.value ? "limits.measure_again" : "limits.measure")}
      </button>
    </span>
  );
}
