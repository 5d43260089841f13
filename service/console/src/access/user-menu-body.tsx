import { language, text } from "../core/texts";
import { SingleKeysSwitch } from "../parts/shortcuts/single-keys";
import { keyboard, ownLanguage, theme } from "../preferences";
import { rests, session, signOut } from "../session";
import css from "./access.module.css";
import { Choices } from "./choices";
import { asked } from "./gate";
import { whoWords } from "./user-menu";

const ROLES = {
  observer: "access.observer",
  operator: "access.operator",
  engineer: "access.engineer",
  administrator: "access.administrator",
  scada: "access.scada",
} as const;

/** Fetched when the menu is opened first: who this is, in and out, and what this browser prefers. */
export function UserMenuBody() {
  return (
    <>
      <div class={css.who}>
        <b>{whoWords()}</b>
        <span class="quiet">{roleWords()}</span>
      </div>
      <Acts />
      <Preferences />
    </>
  );
}

function Acts() {
  const said = session.value;
  if (!said) return null;
  const ask = (name: "sign-in" | "unlock" | "password" | "setup") => () => {
    document.getElementById("user")?.hidePopover();
    asked.value = name;
  };
  if (said.by === "loopback") {
    return <Act words={text("access.set_up_more")} primary onClick={ask("setup")} />;
  }
  if (said.by !== "session") {
    return <Act words={text("access.sign_in_more")} primary onClick={ask("sign-in")} />;
  }
  return (
    <div class="actions">
      {rests.value && <Act words={text("access.unlock_more")} primary onClick={ask("unlock")} />}
      {said.name && <Act words={text("access.change_more")} onClick={ask("password")} />}
      <Act words={text("access.sign_out")} onClick={() => void signOut()} />
    </div>
  );
}

function Act(props: { words: string; primary?: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      class={`button ${props.primary ? "primary" : ""}`}
      onClick={props.onClick}
    >
      {props.words}
    </button>
  );
}

function Preferences() {
  return (
    <div class={css.choices}>
      <Choices
        name={text("access.theme")}
        chosen={theme}
        offered={{ "": "access.system", dark: "access.dark", light: "access.light" }}
      />
      <Choices
        name={text("access.language")}
        chosen={ownLanguage}
        shown={language()}
        offered={{ en: "access.english", de: "access.german" }}
      />
      <Choices
        name={text("access.keyboard")}
        chosen={keyboard}
        offered={{ "": "access.station_says", on: "form.on", off: "form.off" }}
      />
      <SingleKeysSwitch />
    </div>
  );
}

function roleWords(): string {
  const said = session.value;
  if (!said) return "";
  if (said.by === "loopback") return text("access.loopback");
  const role = said.role ? text(ROLES[said.role]) : "";
  return rests.value ? text("access.role_rests", { role }) : role;
}
