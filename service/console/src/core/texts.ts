import type { en } from "./texts/en";

export type TextKey = keyof typeof en;
export type Catalogue = Readonly<Record<TextKey, string>>;
export type Language = "en" | "de";

/** What is loaded at once: `base` with the first load, the others with the page of their name. */
export type Part = "base" | "teach" | "history" | "plc" | "system";

const load: Record<Language, Record<Part, () => Promise<Partial<Catalogue>>>> = {
  en: {
    base: async () => (await import("./texts/en/base")).base,
    teach: async () => (await import("./texts/en/teaching")).teaching,
    history: async () => (await import("./texts/en/history")).history,
    plc: async () => (await import("./texts/en/plc")).plc,
    system: async () => (await import("./texts/en/system")).system,
  },
  de: {
    base: async () => (await import("./texts/de/base")).base,
    teach: async () => (await import("./texts/de/teaching")).teaching,
    history: async () => (await import("./texts/de/history")).history,
    plc: async () => (await import("./texts/de/plc")).plc,
    system: async () => (await import("./texts/de/system")).system,
  },
};

const wanted = new Set<Part>(["base"]);
let spoken: { language: Language; texts: Partial<Catalogue> } | undefined;

/** The first of the reader's languages that we speak, else English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "de" || language === "en") return language;
  }
  return "en";
}

/** Speak a language, in all parts that are wanted by now; before this, `text` throws. */
export async function speak(language: Language): Promise<void> {
  const parts = await Promise.all([...wanted].map((part) => load[language][part]()));
  spoken = { language, texts: Object.assign({}, ...parts) };
}

/** The words of a page, in whatever language is spoken then. */
export async function learnPart(part: Part): Promise<void> {
  if (wanted.has(part)) return;
  const texts = await load[language()][part]();
  wanted.add(part);
  if (spoken) spoken = { ...spoken, texts: { ...spoken.texts, ...texts } };
}

export function language(): Language {
  return spoken?.language ?? "en";
}

/** The text of a key, with its {places} filled. */
export function text(key: TextKey, places: Readonly<Record<string, string | number>> = {}): string {
  if (!spoken) throw new Error("no catalogue is loaded");
  const words = spoken.texts[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => String(places[name] ?? whole));
}

/** Whether the catalogue has a text for what the station sent. */
export function isTextKey(key: string): key is TextKey {
  return spoken !== undefined && Object.hasOwn(spoken.texts, key);
}
