import { text } from "../core/texts";
import { Float } from "../frame/float";
import { Icon } from "../parts/icon";
import { rests, session } from "../session";
import css from "./access.module.css";

const body = async () => (await import("./user-menu-body")).UserMenuBody;

/** In the top line: who uses the page. */
export function UserButton() {
  return (
    <button
      type="button"
      class={`user ${css.user}`}
      popovertarget="user-menu"
      aria-label={text("access.menu", { who: whoWords() })}
      data-testid="user"
    >
      <Icon name={rests.value ? "lock" : "user"} />
      <span class="clip">{whoWords()}</span>
    </button>
  );
}

/** Opened by it: sign in and out, and what this browser prefers. */
export function UserMenu() {
  const label = text("access.menu", { who: whoWords() });
  return <Float id="user-menu" label={label} css={css.menu} load={body} />;
}

/** Of a user the name, else what the page is used as. */
export function whoWords(): string {
  const said = session.value;
  if (!said?.by) return "";
  if (said.by === "panel") return said.name.replace(/^panel /, "");
  if (said.by === "session" && said.name) return said.name;
  return text(said.by === "watching" ? "access.watching" : "access.everybody");
}
