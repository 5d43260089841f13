import { useEffect, useState } from "preact/hooks";
import { text } from "../core/texts";
import { Icon } from "./icon";

const SAID_MS = 1500;

/** Puts a text on the clipboard. */
export function Copy({ value, name }: { value: string; name: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <button
      type="button"
      class="button icon-only plain"
      aria-label={text(done ? "copy.done" : "copy.do", { name })}
      onClick={() => void copy(value).then(setDone)}
    >
      <Icon name={done ? "check" : "copy"} />
    </button>
  );
}

/** Whether it is there: over plain HTTP browsers have no clipboard, an own field has. */
async function copy(value: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(value).then(
      () => true,
      () => false,
    );
  }
  const field = document.createElement("textarea");
  field.value = value;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
