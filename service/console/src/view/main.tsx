import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/ui.css";
import { render } from "preact";
import { chooseLanguage, language, speak } from "../core/texts";
import { view } from "./asked";
import { followPart } from "./follow";
import { Shown } from "./shown";
import { watchLive } from "./watch";

await speak(chooseLanguage(navigator.languages));
document.documentElement.lang = language();

const root = document.createElement("div");
document.body.replaceChildren(root);
if (view === "live") watchLive();
else followPart(view);
render(<Shown />, root);
