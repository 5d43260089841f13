/** What stands on the keys, row by row. A name in capitals is a key that types nothing. */
import type { Language } from "../../core/texts";

export type Layer = "letters" | "capitals" | "signs" | "numbers";
export const ACTS = ["SHIFT", "BACK", "SIGNS", "LETTERS", "SPACE", "ENTER", "HIDE"] as const;
export type Act = (typeof ACTS)[number];

const LETTERS: Readonly<Record<Language, readonly string[]>> = {
  en: ["q w e r t y u i o p", "a s d f g h j k l", "SHIFT z x c v b n m BACK"],
  de: ["q w e r t z u i o p ü", "a s d f g h j k l ö ä", "SHIFT y x c v b n m ß BACK"],
};
const DIGITS = "1 2 3 4 5 6 7 8 9 0";
const BELOW = "SIGNS , SPACE . - ENTER HIDE";
const SIGNS = [
  DIGITS,
  "@ # € % & + = ( ) /",
  "! ? : ; \" ' * _ < >",
  "[ ] { } \\ | ~ ^ $ ° BACK",
  "LETTERS , SPACE . - ENTER HIDE",
];
const NUMBERS = ["7 8 9 BACK", "4 5 6 -", "1 2 3 HIDE"];

export function rowsOf(language: Language, layer: Layer): string[][] {
  return written(language, layer).map((row) => row.split(" "));
}

function written(language: Language, layer: Layer): readonly string[] {
  if (layer === "numbers") return [...NUMBERS, `0 ${language === "de" ? ", ." : ". ,"} ENTER`];
  if (layer === "signs") return SIGNS;
  const rows = [DIGITS, ...LETTERS[language], BELOW];
  return layer === "letters" ? rows : rows.map((row) => row.split(" ").map(capital).join(" "));
}

/** A key that types nothing has a name longer than one letter. */
function capital(key: string): string {
  return key.length > 1 || key === "ß" ? key : key.toUpperCase();
}
