import { useEffect, useState } from "preact/hooks";
import type { ViewToken } from "../../core/contract";
import { moment } from "../../core/format";
import { text } from "../../core/texts";
import { Copy } from "../../parts/copy";
import { Icon } from "../../parts/icon";
import { IconButton } from "../../parts/icon-button";
import { may } from "../../session";
import { stationNow } from "../../station";
import css from "../system.module.css";
import { Card, NotAllowed, Trouble } from "../told";
import { addressOf, leaving, made, make, PAGES, tokens, type ViewPage } from "./views";

const PAGE_WORDS = {
  live: "views.live",
  last: "views.last",
  "last-failed": "views.last_failed",
} as const satisfies Record<ViewPage, string>;

const NAME = "[A-Za-z0-9][A-Za-z0-9._@\\-]{0,63}"; // as the station takes it

/** Pictures for SCADA screens: an address for each page, and who may open them. */
export function ViewsCard() {
  const allowed = may("users");
  useEffect(() => {
    if (!allowed) return undefined;
    const ends = [leaving.watch(), tokens.watch()];
    return () => {
      for (const end of ends) end();
      made.value = null; // what was told once is not shown to whoever comes next
    };
  }, [allowed]);
  const fresh = made.value;
  return (
    <Card title={text("views.title")} wide testid="views">
      <div class={`body ${css.views}`}>
        <p>{text(fresh ? "views.once" : "views.how", { name: fresh?.name ?? "" })}</p>
        <dl class="facts-list">
          {PAGES.map((page) => [
            <dt key={page}>{text(PAGE_WORDS[page])}</dt>,
            <dd key={`${page} address`}>
              <Address page={page} token={fresh?.token ?? ""} />
            </dd>,
          ])}
        </dl>
        <NotAllowed action="users" whose="administrator" />
        {allowed && <NewToken />}
        <Trouble words={tokens.trouble.value} />
      </div>
      {allowed && (
        <ul class={css.rows}>
          {tokens.value.value?.map((one) => (
            <Row key={one.name} of={one} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Address({ page, token }: { page: ViewPage; token: string }) {
  const address = addressOf(page, token);
  return (
    <span class={css.copied}>
      <span class={`mono ${css.wrap}`} data-testid={`view-${page}`}>
        {address}
      </span>
      <Copy value={address} name={text(PAGE_WORDS[page])} />
    </span>
  );
}

function NewToken() {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    const why = await make(name.trim());
    setProblem(why);
    if (!why) setName("");
  };
  return (
    <form class={css.oneLine} onSubmit={(event) => void submit(event)}>
      <div class="field">
        <label for="view-name">{text("views.name")}</label>
        <span class="input">
          <input
            id="view-name"
            required
            pattern={NAME}
            maxLength={64}
            value={name}
            autocomplete="off"
            aria-describedby="view-name-hint"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </span>
        <p class="hint" id="view-name-hint">
          {text("users.name_rule")}
        </p>
      </div>
      <button type="submit" class="button primary">
        {text("views.make")}
      </button>
      <Trouble words={problem} />
    </form>
  );
}

function Row({ of: { name, made_at_us, made_by } }: { of: ViewToken }) {
  const gone = leaving.has(name);
  const when = { who: made_by, time: moment(made_at_us / 1000, stationNow.value) };
  return (
    <li class={css.user} data-testid={`view-token-${name}`}>
      <Icon name="eye" />
      <div class={css.said}>
        <p class="strong">{name}</p>
        <p class="fine">{text(gone ? "views.goes" : "views.made", when)}</p>
      </div>
      <span />
      <div class={css.acts}>
        {gone ? (
          <button type="button" class="button" onClick={() => leaving.keep(name)}>
            <Icon name="undo" />
            {text("users.undo")}
          </button>
        ) : (
          <IconButton
            icon="trash"
            name={text("views.revoke", { name })}
            act={() => leaving.soon(name)}
          />
        )}
      </div>
    </li>
  );
}
