import type { Tag, TagState } from "../core/contract";
import { age, number } from "../core/format";
import { rawWords, registerWords, valueWords } from "../core/tags";
import { text } from "../core/texts";
import { Copy } from "../parts/copy";
import { Mark } from "../parts/mark";
import { stale, stationNow } from "../station";
import { ForceRow } from "./force-row";
import css from "./plc.module.css";
import { states } from "./tags";

const LOOKS = { good: "", forced: "is-forced", stale: "is-stale", unknown: "is-unknown" } as const;

/** One tag; its name opens what it means and every way to write its address. */
export function TagRow({ tag, open, onOpen }: { tag: Tag; open: boolean; onOpen: () => void }) {
  const state = states.value.get(tag.name);
  const quality =
    stale.value && state?.quality === "good" ? "stale" : (state?.quality ?? "unknown");
  return (
    <>
      <tr class={LOOKS[quality]} data-testid={`tag-${tag.name}`} data-quality={quality}>
        <td>
          <button type="button" class={css.name} aria-expanded={open} onClick={onOpen}>
            {tag.name}
          </button>
        </td>
        <td class={`mono nowrap ${css.opt}`}>{registerWords(tag)}</td>
        <td class={`fine ${css.opt}`}>{tag.type}</td>
        <td class={`num mono ${css.opt}`}>{rawWords(tag, state)}</td>
        <td class={`num ${css.value}`}>
          <span class="value">{valueWords(tag, state, stationNow.value)}</span>
        </td>
        <td>
          <Quality quality={quality} />
        </td>
        <td class="num age">{ageWords(state)}</td>
      </tr>
      {open && (
        <tr class={css.details}>
          <td colSpan={7}>
            <Details tag={tag} state={state} />
          </td>
        </tr>
      )}
    </>
  );
}

function Quality({ quality }: { quality: TagState["quality"] }) {
  if (quality === "good") return <span class="quiet">{text("tags.good")}</span>;
  const look = quality === "forced" ? "warn" : quality;
  return (
    <span class={`badge ${look}`}>
      <Mark name={look} />
      {text(`tags.is_${quality}`)}
    </span>
  );
}

/** How long it has stood so: a second is now, what nobody said has no age. */
function ageWords(state: TagState | undefined): string {
  if (!state || state.quality === "unknown") return text("tags.never");
  if (state.changed_at_us === 0) return text("tags.since_start");
  const ms = stationNow.value - state.changed_at_us / 1000;
  return ms < 1000 ? text("tags.now") : age(ms);
}

function Details({ tag, state }: { tag: Tag; state: TagState | undefined }) {
  const words = tag.words.flatMap((word, value) => (word ? [`${value} = ${word}`] : []));
  return (
    <div class={css.meaning}>
      <p>{tag.help || text("tags.no_help")}</p>
      {words.length > 0 && <p class="quiet">{words.join(" · ")}</p>}
      <ForceRow tag={tag.name} />
      <dl>
        <Form name={text("tags.zero_based")} value={tag.address} />
        <Form name={text("tags.one_based")} value={tag.one_based} />
        <Form name={text("tags.node")} value={tag.node && `ns=2;s=${tag.node}`} />
        <Form name={text("tags.whole")} value={state ? wholeOf(tag, state) : null} />
        <div>
          <dt>{text("tags.access")}</dt>
          <dd>{text(tag.access === "command" ? "tags.written" : "tags.read")}</dd>
        </div>
      </dl>
    </div>
  );
}

/** All registers, and of a text all of it. */
function wholeOf(tag: Tag, state: TagState): string | null {
  if (tag.type.startsWith("text") && typeof state.value === "string") return state.value || null;
  if (state.raw.length < 2) return null;
  return state.raw.map((word) => word.toString(16).toUpperCase().padStart(4, "0")).join(" ");
}

function Form({ name, value }: { name: string; value: string | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={value ? "mono" : "quiet"}>
        {value ?? number(null)}
        {value && <Copy value={value} name={name} />}
      </dd>
    </div>
  );
}
