import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { text } from "../core/texts";
import { Busy } from "../parts/busy";
import { Card } from "./card";
import css from "./history.module.css";
import { ask, filter, items, loading, more, selected, trouble, whole } from "./state";

const GAP_PX = 10;
const CAPTION_PX = 24;
const AHEAD = 3; // rows before the end: the next page is asked for

/** Only the rows that are seen stand in the page, however many were found; the next page comes as one scrolls. */
export function Grid() {
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const smallest = width >= 1000 ? 140 : 104;
  const columns = Math.max(1, Math.floor((width + GAP_PX) / (smallest + GAP_PX)));
  const cell = (width - GAP_PX * (columns - 1)) / columns;
  const height = Math.max(1, Math.round(cell * 0.75) + CAPTION_PX + 8);
  const all = items.value;
  const count = Math.ceil(all.length / columns);
  const rows = useRows(scroller, count, height, setWidth);
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!whole.value && count > 0 && last >= count - AHEAD) void more();
  }, [last, count, all.length]);
  useEffect(() => {
    const at = all.findIndex(({ number }) => number === selected.value);
    if (at >= 0 && width > 0)
      bringIntoView(scroller.current, Math.floor(at / columns) * height, height);
  }, [selected.value, width]);
  return (
    <div class={css.grid} ref={scroller} data-testid="grid">
      {all.length === 0 && <Nothing />}
      <div class={css.rows} style={{ blockSize: `${count * height}px` }}>
        {width > 0 &&
          rows.map(({ index, start }) => (
            <div
              class={css.row}
              key={index}
              style={{
                insetBlockStart: `${start}px`,
                gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              }}
            >
              {all.slice(index * columns, (index + 1) * columns).map((result) => (
                <Card result={result} key={result.number} />
              ))}
            </div>
          ))}
      </div>
      {!whole.value && all.length > 0 && <Busy words={text("history.more")} />}
    </div>
  );
}

function Nothing() {
  if (trouble.value) {
    return (
      <div class="empty" role="alert">
        <p>{text("history.trouble", { reason: trouble.value })}</p>
      </div>
    );
  }
  if (loading.value) return <Busy words={text("history.searching")} />;
  const { time, fields, shown } = filter.value;
  const narrow = time !== "all" && !fields.since;
  return (
    <div class="empty" data-testid="nothing">
      <p>{text(shown === "NOT_PASSED" ? "history.no_reject" : "history.nothing")}</p>
      {narrow && (
        <button type="button" class="button" onClick={() => ask({ time: "all" })}>
          {text("history.widen")}
        </button>
      )}
    </div>
  );
}

/** The rows to draw now. */
function useRows(
  scroller: { current: HTMLDivElement | null },
  count: number,
  height: number,
  measured: (width: number) => void,
) {
  const [, redraw] = useReducer((turn: number, _: undefined) => turn + 1, 0);
  const held = useRef<Virtualizer<HTMLDivElement, Element> | null>(null);
  const options = {
    count,
    estimateSize: () => height,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(undefined),
    overscan: 2,
    initialRect: { width: 0, height: 600 },
  };
  held.current ??= new Virtualizer(options);
  const virtual = held.current;
  virtual.setOptions(options);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = () => {
      const style = getComputedStyle(element);
      const edges = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
      measured(element.clientWidth - edges);
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    look();
    const end = virtual._didMount();
    virtual._willUpdate();
    redraw(undefined);
    return () => {
      observer.disconnect();
      end();
    };
  }, []);
  useEffect(() => virtual.measure(), [height]);
  return virtual.getVirtualItems();
}

function bringIntoView(scroller: HTMLElement | null, top: number, height: number): void {
  if (!scroller) return;
  const end = scroller.scrollTop + scroller.clientHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + height > end) scroller.scrollTop = top + height - scroller.clientHeight + 8;
}
