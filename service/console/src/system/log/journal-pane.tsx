import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../../core/api";
import type { JournalLine, JournalPage } from "../../core/contract";
import { moment } from "../../core/format";
import { text } from "../../core/texts";
import { stationNow } from "../../station";
import { reasonOf } from "../asked";
import css from "../system.module.css";
import { Trouble } from "../told";
import { following } from "./lines";

const PAGE = 100;
const EVERY_MS = 3000;

const items = signal<readonly JournalLine[]>([]);
const next = signal<number | null>(null);
const trouble = signal("");

/** Who did what, newest first: kept for ever, also over a restart. */
export function JournalPane() {
  useEffect(() => {
    void load();
    const timer = setInterval(() => void (following.value && newer()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <section class={css.journal} aria-labelledby="journal-title">
      <h2 id="journal-title">{text("log.journal")}</h2>
      <Trouble words={trouble.value} />
      <ol
        data-testid="journal"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={text("log.journal")}
      >
        {items.value.map((line) => (
          <li key={line.number}>
            <p>{line.text}</p>
            <p class="fine">
              {moment(line.at_us / 1000, stationNow.value)}
              {line.who && ` · ${line.who}`}
            </p>
          </li>
        ))}
        {next.value !== null && (
          <li>
            <button type="button" class="button" onClick={() => void load(next.value)}>
              {text("system.more")}
            </button>
          </li>
        )}
      </ol>
    </section>
  );
}

async function load(before: number | null = null): Promise<void> {
  await tried(async () => {
    const page = await pageOf(before);
    items.value = before === null ? page.items : [...items.value, ...page.items];
    next.value = page.next;
  });
}

/** What has come since stands on top; what was loaded stays. */
async function newer(): Promise<void> {
  await tried(async () => {
    const newest = items.value[0]?.number ?? 0;
    const page = await pageOf(null);
    const fresh = page.items.filter(({ number }) => number > newest);
    if (fresh.length === PAGE) {
      items.value = page.items;
      next.value = page.next;
    } else if (fresh.length > 0) {
      items.value = [...fresh, ...items.value];
    }
  });
}

function pageOf(before: number | null): Promise<JournalPage> {
  return get<JournalPage>(`events?limit=${PAGE}${before === null ? "" : `&before=${before}`}`);
}

async function tried(ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
    trouble.value = "";
  } catch (error) {
    trouble.value = reasonOf(error);
  }
}
