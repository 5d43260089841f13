import { isTextKey, text } from "../../core/texts";
import { Dialog } from "../dialog";
import css from "./sheet.module.css";
import { groups } from "./shortcuts";
import { SingleKeysSwitch } from "./single-keys";

/** Every key that does something here and now. */
export function ShortcutSheet({ close }: { close: () => void }) {
  return (
    <Dialog title={text("keys.title")} onClose={close}>
      <div class={css.sheet} data-testid="shortcuts">
        {groups.value.toReversed().map(({ title, list }) => (
          <section key={title}>
            <h3>{text(title)}</h3>
            <dl class={css.keys}>
              {list.map(({ keys, name }) => (
                <div key={name}>
                  <dt>{keys.map(written)}</dt>
                  <dd>{text(name)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <SingleKeysSwitch />
      </div>
    </Dialog>
  );
}

/** As it stands on the keys of this language. */
function written(chord: string) {
  const parts = chord === "+" ? ["+"] : chord.split(/\+(?=.)/);
  return (
    <span key={chord}>
      {parts.map((part) => {
        const key = `keys.${part.toLowerCase()}`;
        return <kbd key={part}>{isTextKey(key) ? text(key) : part}</kbd>;
      })}
    </span>
  );
}
