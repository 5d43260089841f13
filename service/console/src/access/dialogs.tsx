import { useState } from "preact/hooks";
import { text } from "../core/texts";
import { Dialog } from "../parts/dialog";
import { changePassword, ended, session, shut, unlock } from "../session";
import { passwordWords, useAttempt } from "./attempt";
import { SecretField } from "./secret-field";
import { SetupForm } from "./setup-form";
import { SignInForm, Unencrypted } from "./sign-in-form";

export type AccessDialog = "sign-in" | "unlock" | "password" | "setup";

/** The dialog of this name. */
export function Asked({ name, onClose }: { name: AccessDialog; onClose: () => void }) {
  switch (name) {
    case "sign-in":
      return (
        <Dialog title={text("access.sign_in")} onClose={onClose}>
          <SignInForm onDone={onClose} />
        </Dialog>
      );
    case "setup":
      return (
        <Dialog title={text("access.set_up_title")} onClose={onClose}>
          <p>{text("access.set_up_why")}</p>
          <SetupForm onDone={onClose} />
        </Dialog>
      );
    case "unlock":
      return <Unlock onClose={onClose} />;
    case "password":
      return <OwnPassword onClose={onClose} />;
  }
}

/** Over the page, which stays as it is: what was not saved is still there after signing in. */
export function Ended() {
  const name = ended.value;
  const leave = () => {
    ended.value = ""; // where nobody may watch, the page before the console comes
  };
  return (
    <Dialog title={text("access.ended")} onClose={leave}>
      <p>{text(shut.value ? "access.ended_why" : "access.ended_watch")}</p>
      <SignInForm key={name} name={name} />
    </Dialog>
  );
}

function Unlock({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState("");
  const { busy, wrong, make } = useAttempt(passwordWords);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await make(() => unlock(password))) onClose();
    else setPassword("");
  };
  return (
    <Dialog title={text("access.rests")} onClose={onClose}>
      <form class="form" onSubmit={submit} data-testid="unlock">
        <p>{text("access.rests_why", { name: session.value?.name ?? "" })}</p>
        <input type="hidden" name="username" value={session.value?.name ?? ""} />
        <SecretField
          label={text("access.password")}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          wrong={wrong}
          focus
        />
        <button type="submit" class="button primary wide" disabled={busy}>
          {text("access.unlock")}
        </button>
        <Unencrypted />
      </form>
    </Dialog>
  );
}

function OwnPassword({ onClose }: { onClose: () => void }) {
  const [before, setBefore] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [asked, setAsked] = useState(false);
  const { busy, wrong, make } = useAttempt(passwordWords);
  const submit = async (event: Event) => {
    event.preventDefault();
    setAsked(true);
    if (next === again && (await make(() => changePassword(before, next)))) onClose();
  };
  return (
    <Dialog title={text("access.change")} onClose={onClose}>
      <form class="form" onSubmit={submit} data-testid="own-password">
        <SecretField
          label={text("access.before")}
          value={before}
          onInput={setBefore}
          autocomplete="current-password"
          wrong={wrong}
          focus
        />
        <SecretField
          label={text("access.next")}
          value={next}
          onInput={setNext}
          autocomplete="new-password"
        />
        <SecretField
          label={text("access.again")}
          value={again}
          onInput={setAgain}
          autocomplete="new-password"
          wrong={asked && next !== again ? text("access.differ") : ""}
        />
        <p class="fine">{text("access.change_why")}</p>
        <button type="submit" class="button primary wide" disabled={busy}>
          {text("access.change_now")}
        </button>
      </form>
    </Dialog>
  );
}
