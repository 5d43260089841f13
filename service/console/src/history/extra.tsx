import { useState } from "preact/hooks";
import { FIELDS, type Field, type Filter } from "../core/history";
import { text } from "../core/texts";
import { Dialog } from "../parts/dialog";
import css from "./history.module.css";
import { ask } from "./state";
import { fieldWords, verdictWords } from "./words";

const TEXTS = ["part_id", "order", "lot", "shift", "sort_class"] as const;
const NUMBERS = ["version", "reject_class"] as const;
const HIGHEST = { version: 2 ** 31, reject_class: 65535 } as const;
const VERDICTS = ["real", "false", "unclear", "none"] as const;
const SEEN = new Set<Field>(["job", "tool", "any_id"]); // stand in the bar

/** Those that are asked for and do not stand in the bar. */
export function extras({ fields }: Filter): Field[] {
  return FIELDS.filter((name) => fields[name] !== undefined && !SEEN.has(name));
}

/** What else can be asked for. */
export function Extra({ filter, onClose }: { filter: Filter; onClose: () => void }) {
  const [own, setOwn] = useState<Partial<Record<Field, string>>>(filter.fields);
  const set = (name: Field, value: string) => setOwn({ ...own, [name]: value });
  const wrong = NUMBERS.filter((name) => !whole(own[name] ?? "", HIGHEST[name]));
  const backwards =
    own.since !== undefined && own.until !== undefined && own.since !== "" && own.until !== ""
      ? Number(own.since) >= Number(own.until)
      : false;
  const take = () => {
    if (wrong.length > 0 || backwards) return;
    const all = FIELDS.filter((name) => !SEEN.has(name));
    ask(Object.fromEntries(all.map((name) => [name, (own[name] ?? "").trim()])));
    onClose();
  };
  const nothing = Object.fromEntries(
    FIELDS.filter((one) => !SEEN.has(one)).map((one) => [one, ""]),
  );
  return (
    <Dialog
      title={text("history.more_filters")}
      onClose={onClose}
      footer={
        <>
          <button
            type="button"
            class="button"
            onClick={() => {
              ask(nothing);
              onClose();
            }}
          >
            {text("history.no_more")}
          </button>
          <button type="submit" form="extra" class="button primary">
            {text("history.apply")}
          </button>
        </>
      }
    >
      <form
        id="extra"
        class={`fields ${css.extra}`}
        onSubmit={(event) => {
          event.preventDefault();
          take();
        }}
      >
        {TEXTS.map((name) => (
          <Entry key={name} name={name} value={own[name] ?? ""} set={set} />
        ))}
        {NUMBERS.map((name) => (
          <Entry
            key={name}
            name={name}
            value={own[name] ?? ""}
            set={set}
            wrong={wrong.includes(name) ? text("history.no_whole", { high: HIGHEST[name] }) : ""}
          />
        ))}
        <Few
          name="verdict"
          options={VERDICTS.map((verdict) => [verdict, verdictWords(verdict)])}
          own={own}
          set={set}
        />
        <Few
          name="image"
          options={[
            ["true", text("history.image_true")],
            ["false", text("history.image_false")],
          ]}
          own={own}
          set={set}
        />
        <When name="since" own={own} set={set} wrong="" />
        <When name="until" own={own} set={set} wrong={backwards ? text("history.backwards") : ""} />
      </form>
    </Dialog>
  );
}

type Set = (name: Field, value: string) => void;

function Entry(props: { name: Field; value: string; set: Set; wrong?: string }) {
  const id = `extra-${props.name}`;
  return (
    <div class={`field ${props.wrong ? "wrong" : ""}`}>
      <label for={id}>{fieldWords(props.name)}</label>
      <div class="input">
        <input
          id={id}
          value={props.value}
          maxLength={64}
          aria-invalid={Boolean(props.wrong)}
          onInput={({ currentTarget }) => props.set(props.name, currentTarget.value)}
        />
      </div>
      {props.wrong && <p class="hint">{props.wrong}</p>}
    </div>
  );
}

function Few(props: {
  name: "verdict" | "image";
  options: readonly (readonly [value: string, words: string])[];
  own: Partial<Record<Field, string>>;
  set: Set;
}) {
  const id = `extra-${props.name}`;
  return (
    <div class="field">
      <label for={id}>{fieldWords(props.name)}</label>
      <div class="input">
        <select
          id={id}
          value={props.own[props.name] ?? ""}
          onChange={({ currentTarget }) => props.set(props.name, currentTarget.value)}
        >
          <option value="">{text("history.any")}</option>
          {props.options.map(([value, words]) => (
            <option value={value} key={value} selected={props.own[props.name] === value}>
              {words}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

/** In the browser's own time; microseconds UTC in the address. */
function When(props: {
  name: "since" | "until";
  own: Partial<Record<Field, string>>;
  set: Set;
  wrong: string;
}) {
  const id = `extra-${props.name}`;
  const own = props.own[props.name];
  return (
    <div class={`field ${props.wrong ? "wrong" : ""}`}>
      <label for={id}>{fieldWords(props.name)}</label>
      <div class="input">
        <input
          id={id}
          type="datetime-local"
          value={own ? local(Number(own) / 1000) : ""}
          aria-invalid={Boolean(props.wrong)}
          onChange={({ currentTarget }) => {
            const at = new Date(currentTarget.value).getTime();
            props.set(props.name, Number.isFinite(at) ? String(at * 1000) : "");
          }}
        />
      </div>
      {props.wrong && <p class="hint">{props.wrong}</p>}
    </div>
  );
}

function local(ms: number): string {
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().slice(0, 16);
}

function whole(value: string, high: number): boolean {
  return value === "" || (/^\d+$/.test(value.trim()) && Number(value) <= high);
}
