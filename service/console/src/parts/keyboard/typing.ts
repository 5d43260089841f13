/** Types into a field as a keyboard does: at the cursor, with the events that its page listens for. */

export type Field = HTMLInputElement | HTMLTextAreaElement;

const TYPED = ["text", "password", "search", "number", "email", "url", "tel", ""];

/** The field that somebody would type into; null = it is none. */
export function fieldOf(target: EventTarget | null): Field | null {
  if (target instanceof HTMLTextAreaElement) return writable(target) ? target : null;
  if (!(target instanceof HTMLInputElement)) return null;
  return TYPED.includes(target.type) && writable(target) ? target : null;
}

/** Only figures belong into it. */
export function takesNumbers(field: Field): boolean {
  const mode = field.dataset.inputMode ?? field.inputMode;
  return field.type === "number" || mode === "decimal" || mode === "numeric";
}

export class Typist {
  private draft: string; // what a number field is to hold, for it forgets what is no number yet
  private edited = false;

  constructor(readonly field: Field) {
    this.draft = field.value;
  }

  type(characters: string): void {
    if (this.field.selectionStart === null) this.hold(this.draft + characters);
    else this.replace(characters, this.field.selectionStart);
  }

  back(): void {
    const { selectionStart, selectionEnd } = this.field;
    if (selectionStart === null) this.hold(this.draft.slice(0, -1));
    else
      this.replace(
        "",
        selectionStart === selectionEnd ? Math.max(0, selectionStart - 1) : selectionStart,
      );
  }

  /** Enter: what the page makes of the key, else a new line, or the form is sent. */
  enter(): void {
    const key = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    if (!this.field.dispatchEvent(key)) return;
    if (this.field instanceof HTMLTextAreaElement) this.type("\n");
    else {
      this.leave();
      this.field.form?.requestSubmit();
    }
  }

  /** Nobody types here any more: a browser tells of a change only what its own keys did. */
  leave(): void {
    if (!this.edited) return;
    this.edited = false;
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private replace(characters: string, from: number): void {
    this.field.setRangeText(characters, from, this.field.selectionEnd ?? from, "end");
    this.tell(characters);
  }

  private hold(draft: string): void {
    this.draft = draft.replace(",", ".");
    this.field.value = this.draft;
    this.tell(this.draft);
  }

  private tell(data: string): void {
    this.edited = true;
    this.field.dispatchEvent(
      new InputEvent("input", { bubbles: true, inputType: "insertText", data }),
    );
  }
}

function writable(field: Field): boolean {
  return !field.readOnly && !field.disabled;
}
