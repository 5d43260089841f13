/** Words for what the station names by a code. */
import type { Trend } from "../core/contract";
import type { Field, Shown, Times } from "../core/history";
import { type TextKey, text } from "../core/texts";
import type { Verdict } from "./state";

const SHOWN: Readonly<Record<Shown, TextKey>> = {
  NOT_PASSED: "history.shown_not_passed",
  ALL: "history.shown_all",
  PASS: "history.shown_pass",
};

const TIMES: Readonly<Record<Times, TextKey>> = {
  today: "history.time_today",
  day: "history.time_day",
  week: "history.time_week",
  month: "history.time_month",
  all: "history.time_all",
};

const FIELDS: Readonly<Partial<Record<Field, TextKey>>> = {
  part_id: "history.part",
  order: "history.order",
  lot: "history.lot",
  shift: "history.shift",
  sort_class: "history.field_sort_class",
  version: "history.field_version",
  reject_class: "history.field_reject_class",
  verdict: "history.field_verdict",
  image: "history.field_image",
  since: "history.field_since",
  until: "history.field_until",
};

const VERDICTS: Readonly<Record<Verdict | "none", TextKey>> = {
  real: "history.real",
  false: "history.false",
  unclear: "history.unclear",
  none: "history.verdict_none",
};

const BY: Readonly<Record<Trend["by"], TextKey>> = {
  hour: "history.by_hour",
  shift: "history.by_shift",
  day: "history.by_day",
};

export const shownWords = (shown: Shown): string => text(SHOWN[shown]);
export const timeWords = (time: Times): string => text(TIMES[time]);
export const fieldWords = (field: Field): string => text(FIELDS[field] ?? "history.filters");
export const verdictWords = (verdict: Verdict | "none"): string => text(VERDICTS[verdict]);
export const byWords = (by: Trend["by"], parts: string): string => text(BY[by], { parts });
