import { useState } from "preact/hooks";
import { text } from "../core/texts";
import { setUp } from "../session";
import { useAttempt } from "./attempt";
import { NameField } from "./name-field";
import { SecretField } from "./secret-field";
import { Unencrypted } from "./sign-in-form";

const SHORTEST = 10; // characters of a password

/** The code of the station's log, and who is the first administrator. */
export function SetupForm({ onDone }: { onDone?: () => void }) {
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [asked, setAsked] = useState(false);
  const { busy, wrong, place, make } = useAttempt();
  const short = asked && password.length < SHORTEST ? text("access.short") : "";
  const other = asked && password !== again ? text("access.differ") : "";
  const submit = async (event: Event) => {
    event.preventDefault();
    setAsked(true);
    if (password.length < SHORTEST || password !== again) return;
    if (await make(() => setUp(code, name.trim(), password))) onDone?.();
  };
  const at = (field: string) => (place === `body.${field}` ? wrong : "");
  const elsewhere = wrong && !["code", "name", "password"].some(at) ? wrong : "";
  return (
    <form class="form" onSubmit={submit} data-testid="setup">
      <NameField
        label={text("access.code")}
        value={code}
        onInput={setCode}
        autocomplete="one-time-code"
        wrong={at("code")}
        hint={text("access.code_hint")}
        focus
      />
      <NameField
        label={text("access.admin")}
        value={name}
        onInput={setName}
        autocomplete="username"
        wrong={at("name")}
      />
      <SecretField
        label={text("access.password")}
        value={password}
        onInput={setPassword}
        autocomplete="new-password"
        wrong={short || at("password")}
      />
      <SecretField
        label={text("access.again")}
        value={again}
        onInput={setAgain}
        autocomplete="new-password"
        wrong={other || elsewhere}
      />
      <button type="submit" class="button primary wide big" disabled={busy}>
        <span class="t">{text("access.set_up")}</span>
      </button>
      <Unencrypted />
    </form>
  );
}
