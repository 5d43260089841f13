/** Keys on the screen, for panels that have none: there while a field has the focus, and never over it. */
import { render } from "preact";
import { text } from "../../core/texts";
import css from "./keyboard.module.css";
import { Keys } from "./keys";
import { type Field, fieldOf, Typist, takesNumbers } from "./typing";

/** Until the returned function is called. */
export function startKeyboard(): () => void {
  const listeners = new AbortController();
  const { signal } = listeners;
  document.addEventListener("focusin", (event) => come(fieldOf(event.target)), { signal });
  document.addEventListener("focusout", go, { signal });
  come(fieldOf(document.activeElement));
  return () => {
    listeners.abort();
    go();
  };
}

const board = document.createElement("div");
board.setAttribute("role", "region");

let typist: Typist | null = null;

function come(field: Field | null): void {
  if (!field || typist?.field === field) return;
  go();
  const made = new Typist(field);
  typist = made;
  field.dataset.inputMode = field.inputMode;
  const numbers = takesNumbers(field);
  field.inputMode = "none"; // the system's own keyboard stays away
  board.className = `${css.keyboard} ${numbers ? css.pad : ""}`;
  board.setAttribute("aria-label", text("access.keyboard"));
  render(<Keys key={numbers} typist={made} numbers={numbers} onHide={go} />, board);
  // In a dialog all else is out of reach, so the keys stand within it.
  (field.closest("dialog[open], [popover]") ?? document.body).append(board);
  document.documentElement.style.setProperty("--keyboard", `${board.offsetHeight}px`);
  clear(field);
}

function go(): void {
  if (!typist) return;
  const { field } = typist;
  typist.leave();
  field.inputMode = field.dataset.inputMode ?? "";
  delete field.dataset.inputMode;
  typist = null;
  render(null, board);
  board.remove();
  document.documentElement.style.removeProperty("--keyboard");
}

/** The field comes into what is left of the screen; where that cannot be, the keys go to the top. */
function clear(field: Field): void {
  field.scrollIntoView({ block: "nearest" });
  board.classList.toggle(css.top ?? "", field.getBoundingClientRect().bottom > board.offsetTop);
}
