import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { StepRow, StoredResult } from "../core/contract";
import {
  clock,
  decimalsOf,
  milliseconds,
  moment,
  number,
  quantity,
  unitWords,
} from "../core/format";
import { ran } from "../core/instances";
import { hashOf } from "../core/page";
import { reasonOf, worstFirst } from "../core/reason";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import { Mark, markOf } from "../parts/mark";
import { LimitBar } from "../run/limit-bar";
import { may } from "../session";
import { stationNow } from "../station";
import { isRemembered, learnRemembered } from "./handshake";
import css from "./history.module.css";
import { choose, chosen } from "./measured";
import { Picture, PictureTools } from "./picture";
import { Review } from "./review";
import { detail, missing, pin, selected, step } from "./state";

const copied = signal(0); // number of the inspection whose address is in the clipboard
const refused = signal("");

/** One inspection: its image, every value against the limits of then, and what a person says of it. */
export function One() {
  const result = detail.value;
  if (missing.value !== null) {
    return (
      <section class={css.one} aria-label={text("history.one")}>
        <p class="empty" role="alert">
          {text("history.missing", { number: missing.value })}
        </p>
      </section>
    );
  }
  if (!result || selected.value === null) {
    return (
      <section class={css.one} aria-label={text("history.one")}>
        <p class="empty">{text("history.choose")}</p>
      </section>
    );
  }
  return (
    <section
      class={css.one}
      aria-label={text("history.one")}
      data-testid="one"
      data-number={result.number}
    >
      <Head result={result} />
      <Picture result={result} />
      <div class={css.scroll}>
        <PictureTools />
        {result.judgement !== "PASS" && (
          <p class={css.reason} data-testid="reason">
            {reasonOf(result)}
          </p>
        )}
        <Steps result={result} />
        <Facts result={result} />
      </div>
      {result.judgement !== "PASS" && <Review result={result} />}
    </section>
  );
}

function Head({ result }: { result: StoredResult }) {
  const mark = markOf(result.judgement);
  const at = result.at_us / 1000;
  return (
    <header>
      <span class={`badge ${mark}`}>
        <Mark name={mark} />
        {result.judgement}
      </span>
      <h2>{text("result.number", { number: result.number })}</h2>
      <span class="fine clip">{`${moment(at, stationNow.value)} · ${clock(at)}`}</span>
      <span class="push" />
      <IconButton icon="link" name={text("history.link")} act={() => void copy(result.number)} />
      <IconButton icon="left" name={text("history.previous")} act={() => void step(-1)} />
      <IconButton icon="right" name={text("history.next")} act={() => void step(1)} />
      <span class="said" role="status">
        {copied.value === result.number ? text("history.copied") : ""}
      </span>
    </header>
  );
}

/** The address opens this very inspection for a colleague. */
async function copy(number: number): Promise<void> {
  const address = new URL(location.href);
  address.hash = hashOf("history", [number]);
  try {
    await navigator.clipboard.writeText(address.href);
    copied.value = number;
  } catch {
    prompt(text("history.link"), address.href); // without https there is no clipboard
  }
}

function Steps({ result }: { result: StoredResult }) {
  return (
    <table class={`table press ${css.measures}`} data-testid="values">
      <thead>
        <tr>
          <th>
            <span class="said">{text("history.judgement")}</span>
          </th>
          <th>{text("history.step")}</th>
          <th class="num">{text("history.value")}</th>
          <th class="num">{text("history.limits_then")}</th>
        </tr>
      </thead>
      <tbody>
        {worstFirst(result.steps).map((one) => (
          <Row step={one} key={`${one.name} ${one.instance} ${one.judgement}`} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ step: one }: { step: StepRow }) {
  const look = ran(one) ? markOf(one.judgement) : "unknown";
  const decimals = decimalsOf(one.value, one.low, one.high);
  const row = { pass: "", fail: "is-fail", error: "is-error", unknown: "is-unknown" }[look];
  return (
    <tr class={row} title={one.message}>
      <td>
        <Mark name={look} label={ran(one) ? one.judgement : text("steps.not_run")} />
      </td>
      <td>
        <button
          type="button"
          class={css.pick}
          aria-pressed={chosen.value === one.name}
          onClick={() => choose(one.name)}
        >
          <span class={css.name}>{one.name}</span>
          <LimitBar step={one} />
        </button>
      </td>
      <td class="num">
        <span class="value">{quantity(one.value, one.unit, decimals)}</span>
      </td>
      <td class="num fine">{limitWords(one, decimals)}</td>
    </tr>
  );
}

function limitWords({ low, high, unit }: StepRow, decimals: number): string {
  const words = unitWords(unit);
  const end = words && ` ${words}`;
  if (low !== null && high !== null)
    return low === high
      ? `${number(low, decimals)}`
      : `${number(low, decimals)} … ${number(high, decimals)}${end}`;
  if (low !== null) return text("history.at_least", { low: number(low, decimals) }) + end;
  if (high !== null) return text("history.at_most", { high: number(high, decimals) }) + end;
  return "";
}

/** What it belongs to, and where to go from here. */
function Facts({ result }: { result: StoredResult }) {
  useEffect(() => void learnRemembered(), [result.number]);
  const facts = [
    ["history.recipe", `${result.job} ${result.recipe} v${result.recipe_version}`],
    ["history.part", result.part_id],
    ["history.order", result.order],
    ["history.lot", result.lot],
    ["history.shift", result.shift],
    ["history.class", result.sort_class || String(result.reject_class || "")],
    ["history.cycle", milliseconds(result.cycle_us)],
  ] as const;
  return (
    <div class={css.facts}>
      <dl class="facts-list">
        {facts.map(([key, value]) =>
          value ? [<dt key={key}>{text(key)}</dt>, <dd key={`${key} value`}>{value}</dd>] : null,
        )}
      </dl>
      <div class={css.further}>
        <PinButton result={result} />
        {isRemembered(result.number) && (
          <a
            class="button"
            href={hashOf("plc", [], { number: String(result.number) })}
            data-testid="handshake"
          >
            <Icon name="plc" />
            <span class="t">{text("history.handshake")}</span>
          </a>
        )}
        {result.image && may("recipes") && (
          <a
            class="button"
            href={hashOf("teach", [result.job], { image: String(result.number) })}
            data-testid="in-teach"
          >
            <Icon name="teach" />
            <span class="t">{text("history.in_teach")}</span>
          </a>
        )}
      </div>
    </div>
  );
}

function PinButton({ result }: { result: StoredResult }) {
  const allowed = may("pins");
  return (
    <div class="actions">
      <button
        type="button"
        class="button"
        aria-pressed={result.pinned}
        disabled={!allowed}
        data-testid="pin"
        onClick={async () => {
          refused.value = await pin(!result.pinned);
        }}
      >
        <Icon name="pin" />
        <span class="t">{text(result.pinned ? "history.unpin" : "history.pin")}</span>
      </button>
      {(!allowed || refused.value) && (
        <p class="why">
          {refused.value ? <Mark name="warn" /> : <Icon name="lock" />}
          <span>{refused.value || text("history.may_not_pin")}</span>
        </p>
      )}
    </div>
  );
}
