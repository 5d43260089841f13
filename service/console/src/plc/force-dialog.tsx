import { useId, useState } from "preact/hooks";
import { useAttempt } from "../access/attempt";
import { post } from "../core/api";
import { text } from "../core/texts";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { NumberField } from "../parts/number-field";
import { state } from "../station";
import { ForceValue, type Typed } from "./force-value";
import { DEFAULT_S, force, LONGEST_S, points } from "./forces";
import css from "./plc.module.css";

/** Prescribe a value for a wiring check: which, what, and for how long. */
export function ForceDialog({ first, onClose }: { first: string; onClose: () => void }) {
  const [name, setName] = useState(first);
  const [value, setValue] = useState<Typed>(null);
  const [seconds, setSeconds] = useState<number | null>(DEFAULT_S);
  const { busy, wrong, place, make } = useAttempt();
  const point = points.value.find((one) => one.name === name);
  const online = state.value?.online ?? false;
  const whole = point && value !== null && seconds !== null;
  const send = async () => {
    if (whole && (await make(() => force(name, value, seconds)))) onClose();
  };
  const problem = (field: string) => (place === `body.${field}` ? wrong : "");
  const elsewhere = wrong && !["body.value", "body.seconds"].includes(place) ? wrong : "";
  const footer = (
    <>
      <button type="button" class="button" onClick={onClose}>
        {text("force.not_now")}
      </button>
      <button type="submit" class="button primary" form="force" disabled={online || busy || !whole}>
        {text("force.do")}
      </button>
    </>
  );
  return (
    <Dialog title={text("force.title")} onClose={onClose} footer={footer}>
      <p>{text("force.about")}</p>
      {online && <Online onPress={() => void make(goOffline)} busy={busy} />}
      <form
        id="force"
        class={css.asking}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <PointChoice
          value={name}
          onChange={(next) => {
            setName(next);
            setValue(null);
          }}
        />
        {point && (
          <ForceValue point={point} value={value} problem={problem("value")} onChange={setValue} />
        )}
        <NumberField
          label={text("force.seconds")}
          unit="s"
          value={seconds}
          aside={`1 … ${LONGEST_S}`}
          hint={text("force.seconds_more")}
          problem={problem("seconds")}
          onChange={setSeconds}
        />
        {elsewhere && (
          <p class="why" role="alert">
            <Mark name="warn" />
            {elsewhere}
          </p>
        )}
      </form>
    </Dialog>
  );
}

async function goOffline(): Promise<void> {
  state.value = await post("station/online", { online: false });
}

/** No part may be judged while something is forced. */
function Online({ onPress, busy }: { onPress: () => void; busy: boolean }) {
  return (
    <div class={css.first}>
      <p class="why">
        <Mark name="warn" />
        {text("force.online")}
      </p>
      <button type="button" class="button" disabled={busy} onClick={onPress}>
        {text("force.go_offline")}
      </button>
    </div>
  );
}

function PointChoice({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{text("force.point")}</label>
      <span class="input">
        <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">{text("force.choose")}</option>
          {points.value.map(({ name }) => (
            <option value={name} key={name}>
              {name}
            </option>
          ))}
        </select>
        <Icon name="down" />
      </span>
    </div>
  );
}
