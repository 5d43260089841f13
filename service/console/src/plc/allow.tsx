import { useId, useState } from "preact/hooks";
import { Problem } from "../core/api";
import { text } from "../core/texts";
import { Dialog } from "../parts/dialog";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { allow } from "./clients";
import css from "./plc.module.css";

export function AllowButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" class="button plain" disabled={!may("settings")} onClick={onClick}>
      {text("clients.allow")}
    </button>
  );
}

/** Let an address write: at once, and until it is taken out of the list. */
export function AllowDialog({ address, onClose }: { address: string; onClose: () => void }) {
  const [typed, setTyped] = useState(address);
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState("");
  const send = async () => {
    try {
      await allow(typed.trim(), note);
      onClose();
    } catch (error) {
      const faults = error instanceof Problem ? error.errors.map(({ message }) => message) : [];
      setWrong(faults.join(" ") || String(error instanceof Error ? error.message : error));
    }
  };
  const footer = (
    <>
      <button type="button" class="button" onClick={onClose}>
        {text("clients.not_yet")}
      </button>
      <button type="submit" class="button primary" form="allow">
        {text("clients.let_write", { address: typed.trim() || "…" })}
      </button>
    </>
  );
  return (
    <Dialog title={text("clients.allow_title")} onClose={onClose} footer={footer}>
      <p>{text("clients.allow_more")}</p>
      <form
        id="allow"
        class={css.asking}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Field name={text("clients.address")} value={typed} wrong={wrong} onInput={setTyped} />
        <Field name={text("clients.note")} value={note} wrong="" onInput={setNote} />
      </form>
    </Dialog>
  );
}

function Field(props: {
  name: string;
  value: string;
  wrong: string;
  onInput: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class={`field ${props.wrong ? "wrong" : ""}`}>
      <label for={id}>{props.name}</label>
      <span class="input">
        <input
          id={id}
          value={props.value}
          maxLength={200}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={props.wrong !== ""}
          aria-describedby={props.wrong ? `${id}-hint` : undefined}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      </span>
      {props.wrong && (
        <p class="hint" id={`${id}-hint`} role="alert">
          <Mark name="warn" />
          {props.wrong}
        </p>
      )}
    </div>
  );
}
