import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Later } from "../parts/later";
import css from "./frame.module.css";

/** Identifier of the one that is open, "" = none. */
const open = signal("");

/** What a button of the top line opens; its content is fetched, and begins anew, each time. */
export function Float({
  id,
  label,
  css: more = "",
  load,
}: {
  id: string;
  label: string;
  css?: string | undefined;
  load: () => Promise<ComponentType>;
}) {
  return (
    <section
      class={`${css.float} ${more}`}
      id={id}
      data-testid={id}
      popover="auto"
      aria-label={label}
      onToggle={({ newState }) => {
        if (newState === "open") open.value = id;
        else if (open.value === id) open.value = "";
      }}
    >
      {open.value === id && <Later load={load} />}
    </section>
  );
}
