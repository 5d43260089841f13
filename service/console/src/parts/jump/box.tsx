import { useEffect, useRef, useState } from "preact/hooks";
import { closeness } from "../../core/find";
import { text } from "../../core/texts";
import css from "./box.module.css";
import { askJumps, type Jump } from "./jump";

const SHOWN = 12;

/** Type a few letters, Enter goes there. */
export function JumpBox({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [jumps, setJumps] = useState<readonly Jump[]>([]);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  useEffect(() => {
    dialog.current?.showModal();
    askJumps((found) => setJumps((before) => [...before, ...found]));
  }, []);
  const found = best(jumps, typed);
  const chosen = Math.min(at, found.length - 1);

  const take = (jump: Jump | undefined) => {
    if (!jump) return;
    dialog.current?.close();
    jump.go();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((chosen + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") take(found[chosen]);
    else return;
    event.preventDefault();
  };

  return (
    <dialog
      class={`dialog ${css.box}`}
      ref={dialog}
      aria-label={text("jump.title")}
      data-testid="jump"
      onClose={close}
    >
      <input
        class={css.typed}
        type="text"
        role="combobox"
        aria-label={text("jump.title")}
        aria-expanded="true"
        aria-controls="jump-found"
        aria-activedescendant={found.length ? `jump-${chosen}` : undefined}
        placeholder={text("jump.placeholder")}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div class={css.found} role="listbox" id="jump-found" aria-label={text("jump.found")}>
        {found.map((jump, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          // biome-ignore lint/a11y/useFocusableInteractive: named by aria-activedescendant
          <div
            role="option"
            id={`jump-${index}`}
            aria-selected={index === chosen}
            key={`${jump.kind} ${jump.name}`}
            onClick={() => take(jump)}
          >
            <span>{jump.name}</span>
            <small>{jump.kind}</small>
          </div>
        ))}
      </div>
      {found.length === 0 && <p class={`quiet ${css.none}`}>{text("jump.none")}</p>}
    </dialog>
  );
}

function best(jumps: readonly Jump[], typed: string): Jump[] {
  return jumps
    .map((jump) => ({ jump, fits: closeness(`${jump.name} ${jump.kind}`, typed) }))
    .filter((one): one is { jump: Jump; fits: number } => one.fits !== null)
    .sort((a, b) => (typed ? a.fits - b.fits : 0))
    .slice(0, SHOWN)
    .map(({ jump }) => jump);
}
