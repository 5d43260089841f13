import { expect, test } from "vitest";
import { ACTS, type Layer, rowsOf } from "./layouts";

const LAYERS: Layer[] = ["letters", "capitals", "signs", "numbers"];

test.each(["en", "de"] as const)(
  "%s: every key types one character or acts, and none stands twice",
  (language) => {
    for (const layer of LAYERS) {
      const keys = rowsOf(language, layer).flat();
      expect(new Set(keys).size).toBe(keys.length);
      for (const key of keys)
        expect(key.length === 1 || (ACTS as readonly string[]).includes(key)).toBe(true);
      expect(keys).toEqual(expect.arrayContaining(["BACK", "ENTER", "HIDE", "1", ",", ".", "-"]));
    }
  },
);

test("each language has its own letters", () => {
  expect(rowsOf("en", "letters").flat()).not.toContain("ä");
  expect(rowsOf("de", "letters").flat()).toEqual(expect.arrayContaining(["ä", "ö", "ü", "ß"]));
  expect(rowsOf("de", "capitals").flat()).toEqual(expect.arrayContaining(["Ä", "Z", "ß"]));
});
