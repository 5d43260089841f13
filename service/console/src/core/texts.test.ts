import { expect, test } from "vitest";
import { chooseLanguage, isTextKey, speak, type TextKey, text } from "./texts";
import { de } from "./texts/de";
import { en, PARTS } from "./texts/en";

const sources = import.meta.glob("../**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const places = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

test("German has every key, and no other", () => {
  expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
});

test.each(Object.keys(en) as TextKey[])("%s has the same places in both languages", (key) => {
  expect(new Set(places(de[key]))).toEqual(new Set(places(en[key])));
});

test("no part takes a key of another", () => {
  const keys = Object.values(PARTS).flatMap((part) => Object.keys(part));
  expect(keys.length).toBe(new Set(keys).size);
});

test.each(Object.entries(PARTS).filter(([part]) => part !== "base"))(
  "the words of %s are loaded with it, and used by nobody else",
  (part, words) => {
    const foreign = Object.entries(sources).filter(
      ([path]) =>
        !path.includes("/texts") && !path.includes(`../${part}/`) && !path.endsWith(".test.ts"),
    );
    const used = Object.keys(words).flatMap((key) =>
      foreign
        .filter(([, source]) => source.includes(`"${key}"`))
        .map(([path]) => `${path}: ${key}`),
    );
    expect(used).toEqual([]);
  },
);

test("keys are screen.element", () => {
  for (const key of Object.keys(en)) expect(key).toMatch(/^[a-z]+\.[a-z0-9_]+$/);
});

test("every text is used", () => {
  const code = Object.entries(sources)
    .filter(([path]) => !path.includes("/texts") && !path.endsWith(".test.ts"))
    .map(([, source]) => source)
    .join("\n");
  const made = [...code.matchAll(/`([a-z]+\.[a-z0-9_]*)\$\{/g)].map(([, prefix]) => prefix ?? "");
  const unused = Object.keys(en).filter(
    (key) => !made.some((prefix) => key.startsWith(prefix)) && !code.includes(`"${key}"`),
  );
  expect(unused).toEqual([]);
});

test("no sentence pleads or shouts", () => {
  const words = [...Object.values(en), ...Object.values(de)].join(" ");
  expect(words).not.toMatch(/please|bitte|oops|!/i);
});

test("the reader's first language that we speak is taken", () => {
  expect(chooseLanguage(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(chooseLanguage(["fr"])).toBe("en");
});

test("places are filled", async () => {
  await speak("de");
  expect(text("result.ago", { age: "4 s" })).toBe("vor 4 s");
  expect(isTextKey("state.ready")).toBe(true);
  expect(isTextKey("state.toString")).toBe(false);
});
