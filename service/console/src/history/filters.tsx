import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { apiAddress, get } from "../core/api";
import type { Recipe } from "../core/contract";
import { type Field, type Filter, SHOWN, TIMES } from "../core/history";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { Extra, extras } from "./extra";
import css from "./history.module.css";
import { ask, asked, detail } from "./state";
import { TakeAway } from "./take-away";
import { shownWords, timeWords } from "./words";

const recipes = signal<readonly Recipe[]>([]);
const more = signal(false);
const takeAway = signal(false);

/** What is looked for; all of it stands in the address. */
export function Filters({ filter }: { filter: Filter }) {
  useEffect(() => void learnRecipes(), []);
  const on = extras(filter);
  return (
    <search class={css.filters} aria-label={text("history.filters")}>
      <fieldset class={`segmented ${css.bare}`} aria-label={text("history.judgement")}>
        {SHOWN.map((shown) => (
          <button
            type="button"
            key={shown}
            aria-pressed={filter.shown === shown}
            onClick={() => ask({ judgement: shown === "NOT_PASSED" ? "" : shown })}
          >
            {shownWords(shown)}
          </button>
        ))}
      </fieldset>
      <Choice
        name="job"
        filter={filter}
        label={text("history.recipe")}
        options={recipeOptions(filter)}
      />
      <Choice
        name="tool"
        filter={filter}
        label={text("history.tool")}
        options={toolOptions(filter)}
      />
      <Select
        label={text("history.time")}
        value={filter.fields.since || filter.fields.until ? "" : filter.time}
        options={[
          ...(filter.fields.since || filter.fields.until
            ? [["", text("history.time_own")] as const]
            : []),
          ...TIMES.map((time) => [time, timeWords(time)] as const),
        ]}
        take={(time) => ask({ time: time === "today" ? "" : time, since: "", until: "" })}
      />
      <form
        class={`input ${css.find}`}
        onSubmit={(event) => {
          event.preventDefault();
          const field = new FormData(event.currentTarget).get("any_id");
          ask({ any_id: String(field ?? "").trim() });
        }}
      >
        <Icon name="search" />
        <input
          name="any_id"
          type="search"
          aria-label={text("history.find")}
          placeholder={text("history.find")}
          defaultValue={filter.fields.any_id ?? ""}
          key={filter.fields.any_id ?? ""}
          onChange={({ currentTarget }) => ask({ any_id: currentTarget.value.trim() })}
        />
      </form>
      <button
        type="button"
        class="button plain"
        onClick={() => (more.value = true)}
        data-testid="more"
      >
        <Icon name="filter" />
        <span class="t">
          {on.length ? text("history.more_on", { count: on.length }) : text("history.more_filters")}
        </span>
      </button>
      <span class="push" />
      <a
        class="button plain"
        href={apiAddress(`inspections.csv?${asked()}`)}
        download="inspections.csv"
        data-testid="csv"
      >
        <Icon name="download" />
        <span class="t">CSV</span>
      </a>
      <button
        type="button"
        class="button icon-only plain"
        aria-label={text("history.take_away")}
        title={text("history.take_away")}
        onClick={() => (takeAway.value = true)}
      >
        <Icon name="more" />
      </button>
      {more.value && <Extra filter={filter} onClose={() => (more.value = false)} />}
      {takeAway.value && <TakeAway onClose={() => (takeAway.value = false)} />}
    </search>
  );
}

type Options = readonly (readonly [string, string])[];

/** One field out of a few; the first option asks nothing. */
function Choice(props: { name: Field; filter: Filter; label: string; options: Options }) {
  return (
    <Select
      label={props.label}
      value={props.filter.fields[props.name] ?? ""}
      options={props.options}
      take={(value) => ask({ [props.name]: value })}
    />
  );
}

function Select(props: {
  label: string;
  value: string;
  options: Options;
  take: (value: string) => void;
}) {
  return (
    <div class="input">
      <select
        aria-label={props.label}
        value={props.value}
        onChange={({ currentTarget }) => props.take(currentTarget.value)}
      >
        {props.options.map(([value, words]) => (
          <option value={value} key={value} selected={value === props.value}>
            {words}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </div>
  );
}

function recipeOptions({ fields }: Filter): Options {
  const known = recipes.value.map(({ job, name }) => [String(job), `${job} ${name}`] as const);
  const own = fields.job;
  const gone = own && !known.some(([job]) => job === own) ? [[own, own] as const] : [];
  return [["", text("history.any_recipe")], ...known, ...gone];
}

function toolOptions({ fields }: Filter): Options {
  const steps = new Set(detail.value?.steps.map(({ name }) => name) ?? []);
  if (fields.tool) steps.add(fields.tool);
  return [["", text("history.any_tool")], ...[...steps].map((name) => [name, name] as const)];
}

async function learnRecipes(): Promise<void> {
  try {
    recipes.value = await get<Recipe[]>("recipes");
  } catch (error) {
    console.warn("the recipes were not had", error);
  }
}
