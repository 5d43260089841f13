import { expect, test } from "vitest";
import type { Alarm, StationState, Texts } from "./contract";
import { alarmWords, offlineWords, rejectWords } from "./words";

const texts: Texts = {
  language: "de",
  alarms: { 101: { what: "Die Kamera ist weg", remedy: "Kabel prüfen" } },
  offline: { 4: "die Kamera ist nicht verbunden" },
  rejects: { 1: "die Station ist offline" },
};
const alarm = (number: number, detail = "") =>
  ({ number, severity: "error", text: "as sent", detail, since_us: 0 }) as Alarm;
const offline = (offline_code: number) =>
  ({ offline_code, offline_reason: "as sent" }) as StationState;

test("an alarm is told by its number, its detail in the middle", () => {
  expect(alarmWords(texts, alarm(101))).toBe("Die Kamera ist weg. Kabel prüfen.");
  expect(alarmWords(texts, alarm(101, "no frame in 1 s"))).toBe(
    "Die Kamera ist weg: no frame in 1 s. Kabel prüfen.",
  );
});

test("reasons are told by their codes", () => {
  expect(offlineWords(texts, offline(4))).toBe("die Kamera ist nicht verbunden");
  expect(rejectWords(texts, 1, "as sent")).toBe("die Station ist offline");
});

test("what has no words here is told as it was sent", () => {
  expect(alarmWords(texts, alarm(999))).toBe("as sent");
  expect(alarmWords(null, alarm(101))).toBe("as sent");
  expect(offlineWords(texts, offline(99))).toBe("as sent");
  expect(rejectWords(texts, null, "as sent")).toBe("as sent");
  expect(rejectWords(null, 1, "as sent")).toBe("as sent");
});
