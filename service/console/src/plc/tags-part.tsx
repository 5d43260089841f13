import { ClientsCard } from "./clients-card";
import css from "./plc.module.css";
import { TagsCard } from "./tags-card";

/** Handshake and tags. */
export function TagsPart() {
  return (
    <div class={css.body}>
      <div class={css.say}>
        <ClientsCard />
      </div>
      <TagsCard />
    </div>
  );
}
