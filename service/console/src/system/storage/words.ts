import type { KeptClass, StorageLimit } from "../../core/contract";
import { bytes, days, moment, number } from "../../core/format";
import { type TextKey, text } from "../../core/texts";

const LIMITS: Readonly<Record<string, TextKey>> = {
  "archive.min_free_mb": "limit.disk",
  "archive.max_images": "limit.images",
  "archive.max_gb": "limit.size",
  "archive.passed_gb": "limit.passed",
  "archive.sampled_gb": "limit.sampled",
  "archive.failed_gb": "limit.failed",
  "store.max_results": "limit.results",
};
const CLASSES: Readonly<Record<KeptClass["kept_as"], TextKey>> = {
  passed: "kept.passed",
  sampled: "kept.sampled",
  failed: "kept.failed",
  pinned: "kept.pinned",
};

/** What happens when a limit is reached; one that we do not know has its setting's name. */
export function limitWords({ setting }: StorageLimit): string {
  const key = LIMITS[setting];
  return key ? text(key) : setting;
}

export function classWords(kind: KeptClass["kept_as"]): string {
  return text(CLASSES[kind]);
}

/** Until a limit; null is never. */
export function leftWords(left: number | null): string {
  return left === null ? text("storage.never") : days(left);
}

/** By what a class is limited: age, size, both, or nothing. */
export function boundWords(maxDays: number | null, most: string | null): string {
  const said = [maxDays === null ? "" : days(maxDays), most ?? ""].filter(Boolean);
  return said.join(" · ") || text("storage.no_limit");
}

export function sizeBound(max: number | null): string | null {
  return max === null ? null : bytes(max);
}

export function countBound(max: number | null): string | null {
  return max === null ? null : text("storage.results_most", { count: number(max) });
}

export function oldestWords(us: number | null, now: number): string {
  return us === null ? number(null) : moment(us / 1000, now);
}
