import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/ui.css";
import { render } from "preact";
import { App } from "./app";
import { chooseLanguage, language, speak } from "./core/texts";
import css from "./frame/frame.module.css";
import { followAddress } from "./page";
import { startStation } from "./station";

await speak(chooseLanguage(navigator.languages));
document.documentElement.lang = language();

const root = document.createElement("div");
root.className = css.app ?? "";
document.body.replaceChildren(root);
followAddress();
startStation();
render(<App />, root);
