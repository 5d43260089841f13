import { useState } from "preact/hooks";
import type { Pin } from "../../core/contract";
import { moment } from "../../core/format";
import { text } from "../../core/texts";
import { Mark, markOf } from "../../parts/mark";
import { stale, stationNow } from "../../station";
import css from "../system.module.css";
import { pin, pins, unpin } from "./storage";

/** Results that retention never deletes, with who keeps them and why. */
export function PinsCard() {
  return (
    <section class="card" data-testid="pins">
      <header>
        <h2>{text("pins.title")}</h2>
      </header>
      {pins.value.length === 0 && <p class={`body quiet ${css.sentence}`}>{text("pins.none")}</p>}
      <ul class={css.pins}>
        {pins.value.map((one) => (
          <Row key={one.number} of={one} />
        ))}
      </ul>
      <PinForm />
    </section>
  );
}

function Row({ of }: { of: Pin }) {
  const at = moment(of.pinned_at_us / 1000, stationNow.value);
  return (
    <li data-testid={`pin-${of.number}`}>
      <Mark name={markOf(of.judgement)} label={of.judgement} />
      <span class={css.what}>
        <b>{text("result.number", { number: of.number })}</b> {of.part_id || of.recipe}
        <small class="fine">{[of.why, `${of.pinned_by}, ${at}`].filter(Boolean).join(" · ")}</small>
      </span>
      <button
        type="button"
        class="button plain"
        disabled={stale.value}
        aria-label={text("pins.unpin_one", { number: of.number })}
        onClick={() => void unpin(of.number)}
      >
        {text("pins.unpin")}
      </button>
    </li>
  );
}

function PinForm() {
  const [number, setNumber] = useState("");
  const [why, setWhy] = useState("");
  const keep = async (event: Event) => {
    event.preventDefault();
    if (!(await pin(Number(number), why))) return;
    setNumber("");
    setWhy("");
  };
  return (
    <form class={`body ${css.form}`} onSubmit={(event) => void keep(event)}>
      <div class="field">
        <label for="pin-number">{text("pins.number")}</label>
        <div class="input">
          <input
            id="pin-number"
            inputMode="numeric"
            pattern="[0-9]{1,15}"
            required
            value={number}
            onInput={(event) => setNumber(event.currentTarget.value)}
          />
        </div>
      </div>
      <div class="field">
        <label for="pin-why">{text("pins.why")}</label>
        <div class="input">
          <input
            id="pin-why"
            maxLength={200}
            value={why}
            onInput={(event) => setWhy(event.currentTarget.value)}
          />
        </div>
      </div>
      <button type="submit" class="button" disabled={stale.value}>
        {text("pins.pin")}
      </button>
    </form>
  );
}
