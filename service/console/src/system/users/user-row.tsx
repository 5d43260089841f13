import { useState } from "preact/hooks";
import type { User } from "../../core/contract";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { IconButton } from "../../parts/icon-button";
import { Mark } from "../../parts/mark";
import { ROLES } from "../keys";
import css from "../system.module.css";
import { UserDialog } from "./user-dialog";
import { leaving } from "./users";

/** One user: role, how they come in, and what can be done about it. */
export function UserRow({ user }: { user: User }) {
  const [changing, setChanging] = useState(false);
  const gone = leaving.has(user.name);
  return (
    <li class={css.user} data-testid={`user-${user.name}`}>
      <Icon name="user" />
      <div class={css.said}>
        <p class="strong">{user.name}</p>
        <p class="fine">{gone ? text("users.goes") : entries(user)}</p>
      </div>
      <span class="badge plain">{text(ROLES[user.role])}</span>
      <div class={css.acts}>
        {gone ? (
          <button type="button" class="button" onClick={() => leaving.keep(user.name)}>
            <Icon name="undo" />
            {text("users.undo")}
          </button>
        ) : (
          <>
            <button
              type="button"
              class="button"
              aria-label={text("users.change_one", { name: user.name })}
              onClick={() => setChanging(true)}
            >
              {text("users.change")}
            </button>
            <IconButton
              icon="trash"
              name={text("users.remove", { name: user.name })}
              act={() => leaving.soon(user.name)}
            />
          </>
        )}
      </div>
      {!user.password && !user.certificate && (
        <p class={`why ${css.below}`}>
          <Mark name="warn" />
          {text("users.no_way_in")}
        </p>
      )}
      {changing && <UserDialog user={user} onClose={() => setChanging(false)} />}
    </li>
  );
}

function entries(user: User): string {
  const said = [
    user.password && text("users.by_password"),
    user.certificate && text("users.by_certificate", { begin: user.certificate.slice(0, 16) }),
  ];
  return said.filter(Boolean).join(" · ");
}
