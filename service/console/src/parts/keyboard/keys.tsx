import { useState } from "preact/hooks";
import { language, type TextKey, text } from "../../core/texts";
import css from "./keyboard.module.css";
import { type Act, type Layer, rowsOf } from "./layouts";
import type { Typist } from "./typing";

const SIGNS: Readonly<Record<Act, string>> = {
  SHIFT: "⇧",
  BACK: "⌫",
  SIGNS: "#+=",
  LETTERS: "abc",
  SPACE: " ",
  ENTER: "⏎",
  HIDE: "⌄",
};
const NAMES: Readonly<Record<Act, TextKey>> = {
  SHIFT: "access.key_shift",
  BACK: "access.key_back",
  SIGNS: "access.key_signs",
  LETTERS: "access.key_letters",
  SPACE: "access.key_space",
  ENTER: "access.key_enter",
  HIDE: "access.key_hide",
};

/** The keys; the field keeps the focus whatever is pressed. */
export function Keys(props: { typist: Typist; numbers: boolean; onHide: () => void }) {
  const [chosen, setLayer] = useState<Layer>("letters");
  const layer = props.numbers ? "numbers" : chosen;
  const act: Readonly<Record<Act, () => void>> = {
    SHIFT: () => setLayer(layer === "capitals" ? "letters" : "capitals"),
    BACK: () => props.typist.back(),
    SIGNS: () => setLayer("signs"),
    LETTERS: () => setLayer("letters"),
    SPACE: () => props.typist.type(" "),
    ENTER: () => props.typist.enter(),
    HIDE: props.onHide,
  };
  const press = (key: string) => {
    if (isAct(key)) act[key]();
    else {
      props.typist.type(key);
      if (layer === "capitals") setLayer("letters");
    }
  };
  return (
    <>
      {rowsOf(language(), layer).map((row) => (
        <div class={css.row} key={row.join()}>
          {row.map((key) => (
            <button
              key={key}
              type="button"
              tabindex={-1}
              class={`${css.key} ${isAct(key) ? css.act : ""} ${key === "SPACE" ? css.space : ""}`}
              aria-label={isAct(key) ? text(NAMES[key]) : undefined}
              aria-pressed={key === "SHIFT" ? layer === "capitals" : undefined}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => press(key)}
            >
              {isAct(key) ? SIGNS[key] : key}
            </button>
          ))}
        </div>
      ))}
    </>
  );
}

function isAct(key: string): key is Act {
  return key in SIGNS;
}
