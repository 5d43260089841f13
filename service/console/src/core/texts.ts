import type { en } from "./texts/en";

export type TextKey = keyof typeof en;
export type Catalogue = Readonly<Record<TextKey, string>>;
export type Language = "en" | "de";

const load: Record<Language, () => Promise<Catalogue>> = {
  en: async () => (await import("./texts/en")).en,
  de: async () => (await import("./texts/de")).de,
};

let spoken: { language: Language; texts: Catalogue } | undefined;

/** The first of the reader's languages that we speak, else English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "de" || language === "en") return language;
  }
  return "en";
}

/** Load one catalogue; before this, `text` throws. */
export async function speak(language: Language): Promise<void> {
  spoken = { language, texts: await load[language]() };
}

export function language(): Language {
  return spoken?.language ?? "en";
}

/** The text of a key, with its {places} filled. */
export function text(key: TextKey, places: Readonly<Record<string, string | number>> = {}): string {
  if (!spoken) throw new Error("no catalogue is loaded");
  return spoken.texts[key].replace(/\{(\w+)\}/g, (whole, name) => String(places[name] ?? whole));
}

/** Whether the catalogue has a text for what the station sent. */
export function isTextKey(key: string): key is TextKey {
  return spoken !== undefined && Object.hasOwn(spoken.texts, key);
}
