import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { session, signIn } from "../session";
import { passwordWords, useAttempt } from "./attempt";
import { NameField } from "./name-field";
import { SecretField } from "./secret-field";

/** User and password. `children`: what stands below the button. */
export function SignInForm(props: {
  name?: string;
  onDone?: () => void;
  children?: ComponentChildren;
}) {
  const [name, setName] = useState(props.name ?? "");
  const [password, setPassword] = useState("");
  const { busy, wrong, make } = useAttempt(passwordWords);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await make(() => signIn(name.trim(), password))) props.onDone?.();
    else setPassword("");
  };
  return (
    <form class="form" onSubmit={submit} data-testid="sign-in">
      <NameField
        label={text("access.user")}
        value={name}
        onInput={setName}
        autocomplete="username"
        focus={!props.name}
      />
      <SecretField
        label={text("access.password")}
        value={password}
        onInput={setPassword}
        autocomplete="current-password"
        wrong={wrong}
        focus={Boolean(props.name)}
      />
      <button type="submit" class="button primary wide big" disabled={busy}>
        <span class="t">{text(busy ? "access.signing_in" : "access.sign_in")}</span>
      </button>
      {props.children}
      <Unencrypted />
    </form>
  );
}

/** Said wherever a password is typed. */
export function Unencrypted() {
  if (session.value?.encrypted !== false) return null;
  return (
    <p class="why">
      <Icon name="info" />
      <span>{text("access.plain")}</span>
    </p>
  );
}
