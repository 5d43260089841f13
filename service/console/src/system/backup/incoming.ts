/** A backup that is put back: sent, looked through, and in force after a restart. */
import { signal } from "@preact/signals";
import { post, remove, upload } from "../../core/api";
import type { Incoming } from "../../core/contract";
import { Asked } from "../asked";

export const EVERY_MS = 1000;

export const incoming = new Asked<Incoming>("backups/incoming");
export const keepSettings = signal(false);
export const passphrase = signal("");
export const sending = signal(false);

/** What is to be put back of it. */
const chosen = () => ({ keep_settings: keepSettings.value, passphrase: passphrase.value });

export async function send(file: File): Promise<void> {
  keepSettings.value = incoming.value.value?.settings_writable === false;
  passphrase.value = "";
  sending.value = true;
  const archive = new Blob([file], { type: "application/zip" });
  const path = `backups/incoming?keep_settings=${keepSettings.value}`;
  await incoming.take(() => upload<Incoming>(path, archive));
  sending.value = false;
}

export async function lookAgain(): Promise<void> {
  await incoming.take(() => post<Incoming>("backups/incoming/check", chosen()));
}

export async function restore(): Promise<void> {
  await incoming.take(() => post<Incoming>("backups/incoming/restore", chosen()));
}

export async function throwAway(): Promise<void> {
  await incoming.take(() => remove<Incoming>("backups/incoming"));
}
