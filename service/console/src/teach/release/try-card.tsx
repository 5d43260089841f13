import { useSignal } from "@preact/signals";
import { number } from "../../core/format";
import { TIMES } from "../../core/history";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { Mark } from "../../parts/mark";
import { recipes } from "../recipes";
import { begin, type Choice, cancel, EVERY, problems, result, run, running } from "./evaluating";
import css from "./release.module.css";

const COUNTS = [50, 100, 200, 500, 1000, 5000];
const BATCHES = [
  ["order", "release.order"],
  ["lot", "release.lot"],
  ["shift", "release.shift"],
] as const;
const TIME_TEXTS = {
  today: "release.time_today",
  day: "release.time_day",
  week: "release.time_week",
  month: "release.time_month",
  all: "release.time_all",
} as const;
const JUDGEMENTS = ["", "PASS", "FAIL", "ERROR"] as const;

/** Run the draft, and what is released, over the same stored images. */
export function TryCard(props: {
  job: number;
  released: boolean;
  off: string; // why it cannot be tried
  beforeTrying: () => Promise<boolean>; // saves; false: it could not
}) {
  const choice = useSignal<Choice>(EVERY);
  const change = (next: Partial<Choice>) => {
    choice.value = { ...choice.value, ...next };
  };
  const start = async () => {
    if (await props.beforeTrying()) await begin(props.job, choice.value, props.released);
  };
  return (
    <section class="card" data-testid="try">
      <header>
        <h2>{text("release.try_title")}</h2>
      </header>
      <div class={`body ${css.tryBody}`}>
        <p class="quiet">{text(props.released ? "release.try_how" : "release.try_first")}</p>
        <form
          class={css.choice}
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <Select
            label={text("release.images")}
            value={String(choice.value.last)}
            options={COUNTS.map((count) => [
              String(count),
              text("release.last", { count: number(count) }),
            ])}
            onChange={(last) => change({ last: Number(last) })}
          />
          <Select
            label={text("release.judged")}
            value={choice.value.judgement}
            options={JUDGEMENTS.map((one) => [one, one || text("release.any")])}
            onChange={(judgement) => change({ judgement: judgement as Choice["judgement"] })}
          />
          <Select
            label={text("release.time")}
            value={choice.value.time}
            options={TIMES.toReversed().map((one) => [one, text(TIME_TEXTS[one])])}
            onChange={(time) => change({ time: time as Choice["time"] })}
          />
          <Select
            label={text("release.recipe_of")}
            value={String(choice.value.job ?? "")}
            options={[
              ["", text("release.own_recipe")],
              ...(recipes.value ?? [])
                .filter(({ job }) => job !== props.job)
                .map(({ job, name }) => [String(job), `${job} ${name}`] as const),
            ]}
            onChange={(job) => change({ job: job ? Number(job) : null })}
          />
          {BATCHES.map(([name, key]) => (
            <Batch
              key={name}
              label={text(key)}
              value={choice.value[name]}
              onChange={(value) => change({ [name]: value })}
            />
          ))}
          <button
            type="submit"
            class={`button ${result.value ? "" : "primary"}`}
            disabled={props.off !== "" || running.value}
          >
            <Icon name="run" />
            {text("release.try_do", { count: number(choice.value.last) })}
          </button>
        </form>
        {props.off && <p class="why">{props.off}</p>}
        {running.value && <Progress />}
        {problems.value.map((problem) => (
          <p class="why" role="alert" key={problem}>
            <Mark name="warn" />
            {problem}
          </p>
        ))}
      </div>
    </section>
  );
}

function Select(props: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <div class="field">
      <label>
        {props.label}
        <span class="input">
          <select
            value={props.value}
            onChange={(event) => props.onChange(event.currentTarget.value)}
          >
            {props.options.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
          <Icon name="down" />
        </span>
      </label>
    </div>
  );
}

/** Exactly so; empty: any. */
function Batch(props: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <div class="field">
      <label>
        {props.label}
        <span class="input">
          <input
            value={props.value}
            maxLength={64}
            autocomplete="off"
            placeholder={text("release.any_batch")}
            onInput={(event) => props.onChange(event.currentTarget.value)}
          />
        </span>
      </label>
    </div>
  );
}

function Progress() {
  const { done, total } = run.value ?? { done: 0, total: 0 };
  return (
    <div class={css.progress} data-testid="try-progress">
      <progress value={done} max={total || 1} aria-label={text("release.progress")} />
      <span class="fine">
        {total
          ? text("release.done_of", { done: number(done), total: number(total) })
          : text("release.starting")}
      </span>
      <button type="button" class="button" onClick={() => void cancel()}>
        {text("release.stop")}
      </button>
    </div>
  );
}
