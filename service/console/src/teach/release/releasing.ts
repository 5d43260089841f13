/** A draft becomes the version on the line, or an earlier one does again. */
import { get, post, upload } from "../../core/api";
import type { Draft, RecipeVersion, ReferencesJudged } from "../../core/contract";

export function versionsOf(job: number): Promise<RecipeVersion[]> {
  return get(`recipes/${job}/versions`);
}

export function draftOf(job: number): Promise<Draft> {
  return get(`recipes/${job}/draft`);
}

export function judgeReferences(job: number): Promise<ReferencesJudged> {
  return post(`recipes/${job}/references/judge`, { version: "draft" });
}

/** Answered when it judges. `sha256`: of the draft that was looked at. */
export function release(
  job: number,
  reason: string,
  sha256: string,
  force: boolean,
): Promise<unknown> {
  return post(`recipes/${job}/release`, { reason, sha256, force });
}

export function rollBack(
  job: number,
  version: number,
  reason: string,
  force: boolean,
): Promise<unknown> {
  return post(`recipes/${job}/rollback`, { version, reason, force });
}

export function bring(job: number, archive: File): Promise<RecipeVersion[]> {
  return upload(`recipes/${job}/archive`, new Blob([archive], { type: "application/zip" }));
}

/** The version that judges when its job is called; null: none does. */
export function onTheLine(versions: readonly RecipeVersion[]): RecipeVersion | null {
  return versions.find(({ state }) => state === "in production") ?? null;
}
