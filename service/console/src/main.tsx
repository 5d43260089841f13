import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/ui.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app";
import { chooseLanguage, language, speak } from "./core/texts";
import css from "./frame/frame.module.css";
import { followAddress } from "./page";
import { followTheme, keyboard, ownLanguage } from "./preferences";
import { followSession, learnSession, session, shut } from "./session";
import { learnWords, startStation } from "./station";

const wanted = () => (ownLanguage.value ? [ownLanguage.value] : navigator.languages);

followTheme();
await Promise.all([speak(chooseLanguage(wanted())), learnSession()]);
document.documentElement.lang = language();

const root = document.createElement("div");
root.className = css.app ?? "";
document.body.replaceChildren(root);
followAddress();
followSession();
whenever(() => !shut.value, startStation);
render(<App key={language()} />, root);

ownLanguage.subscribe(async () => {
  const chosen = chooseLanguage(wanted());
  if (chosen === language()) return;
  await speak(chosen);
  document.documentElement.lang = chosen;
  render(<App key={chosen} />, root); // anew: the words are no signals
  void learnWords();
});

let hideKeys: (() => void) | undefined;
effect(() => {
  const wanted = keyboard.value || (session.value?.on_screen_keyboard ? "on" : "off");
  if (wanted === "off") hideKeys = void hideKeys?.();
  else
    void import("./parts/keyboard/keyboard").then(
      ({ startKeyboard }) => (hideKeys ??= startKeyboard()),
    );
});

/** Once, as soon as it is so. */
function whenever(so: () => boolean, act: () => void): void {
  const stop = effect(() => {
    if (!so()) return;
    queueMicrotask(() => stop());
    act();
  });
}
