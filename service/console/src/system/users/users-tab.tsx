import { useEffect, useState } from "preact/hooks";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { may } from "../../session";
import css from "../system.module.css";
import { Card, Cards, NotAllowed, Trouble } from "../told";
import { SessionsCard } from "./sessions-card";
import { UserDialog } from "./user-dialog";
import { UserRow } from "./user-row";
import { leaving, users } from "./users";

/** People and programs that sign in by name, and what each may. */
export function UsersTab() {
  const [adding, setAdding] = useState(false);
  const allowed = may("users");
  useEffect(() => {
    if (!allowed) return undefined;
    const ends = [leaving.watch(), users.watch()];
    return () => {
      for (const end of ends) end();
    };
  }, [allowed]);
  const found = users.value.value ?? [];
  return (
    <Cards label={text("system.users")}>
      <NotAllowed action="users" whose="administrator" />
      <Trouble words={users.trouble.value} />
      {allowed && (
        <Card
          title={text("users.title")}
          wide
          testid="users"
          act={
            <button type="button" class="button" onClick={() => setAdding(true)}>
              <Icon name="plus" />
              {text("users.add")}
            </button>
          }
        >
          {found.length === 0 && <p class="body quiet">{text("users.none")}</p>}
          <ul class={css.rows}>
            {found.map((user) => (
              <UserRow key={user.name} user={user} />
            ))}
          </ul>
          <p class="body fine">{text("users.roles")}</p>
        </Card>
      )}
      {allowed && <SessionsCard />}
      {adding && <UserDialog onClose={() => setAdding(false)} />}
    </Cards>
  );
}
