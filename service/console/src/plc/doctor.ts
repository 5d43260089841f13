/** What the handshake doctor says of the PLC programs. A look costs the station a process: now and then is enough. */
import { signal } from "@preact/signals";
import { get } from "../core/api";
import type { PlcDiagnosis } from "../core/contract";
import { language } from "../core/texts";

export const EVERY_MS = 20_000;

export const diagnosis = signal<PlcDiagnosis | null>(null);

export async function refreshDoctor(): Promise<void> {
  diagnosis.value = await get<PlcDiagnosis>(`modbus/doctor?language=${language()}`);
}

/** The sentence that a request is evidence of; "" = none. */
export function evidenceOf(exchange: number): string {
  const found = diagnosis.value?.findings.find(({ evidence }) =>
    evidence.some((one) => one.exchange === exchange),
  );
  return found?.sentence ?? "";
}
