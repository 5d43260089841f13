import { useEffect } from "preact/hooks";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { theme } from "../preferences";
import { session, shut } from "../session";
import css from "./access.module.css";
import { SetupForm } from "./setup-form";
import { SignInForm } from "./sign-in-form";
import { StationCard } from "./station-card";

/** The page before the console: sign in, watch, or set the station up. */
export function Door({ onWatch }: { onWatch: () => void }) {
  const due = session.value?.setup_due === true;
  const station = session.value?.station ?? "";
  useEffect(() => {
    document.title = text("app.title", {
      page: text(due ? "access.set_up_title" : "access.sign_in"),
      station,
    });
  }, [due, station]);
  return (
    <main class={css.door}>
      <div class={`card ${css.card}`}>
        <div class={css.form}>
          <div>
            <h1>{station}</h1>
            <p class="quiet">{text(due ? "access.set_up_why" : "access.sign_in_why")}</p>
          </div>
          {due ? <SetUp /> : <SignIn onWatch={onWatch} />}
        </div>
        <StationCard />
      </div>
      <ThemeButton />
    </main>
  );
}

function SetUp() {
  return (
    <>
      <SetupForm />
      <p class="fine">
        {text("access.programs")} <a href="./token">{text("access.token")}</a>
      </p>
    </>
  );
}

function SignIn({ onWatch }: { onWatch: () => void }) {
  return (
    <SignInForm>
      {!shut.value && (
        <button type="button" class="button wide" onClick={onWatch}>
          <Icon name="eye" />
          <span class="t">{text("access.watch")}</span>
        </button>
      )}
    </SignInForm>
  );
}

function ThemeButton() {
  const dark = () =>
    theme.value ? theme.value === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return (
    <button
      type="button"
      class={`button icon-only plain ${css.theme}`}
      aria-label={text("access.theme_toggle")}
      onClick={() => (theme.value = dark() ? "light" : "dark")}
    >
      <Icon name="theme" />
    </button>
  );
}
