/** Who talks to the station over Modbus and OPC UA. */
import { signal } from "@preact/signals";
import { get, post, remove } from "../core/api";
import type { ModbusClient, ModbusServing, ModbusWriter, OpcUaClient } from "../core/contract";
import { Rates } from "../core/rates";
import { tried } from "./polled";

export const EVERY_MS = 1000;

export const modbus = signal<readonly ModbusClient[]>([]);
export const opcua = signal<readonly OpcUaClient[]>([]);
export const writers = signal<readonly ModbusWriter[]>([]);
export const serving = signal<ModbusServing | null>(null);
export const rates = signal<ReadonlyMap<string, number | null>>(new Map()); // requests a second, by key

const counted = new Rates();

export function keyOf(client: ModbusClient | OpcUaClient): string {
  return "port" in client ? `${client.address}:${client.port}` : client.address;
}

/** It was turned away, or a write of it was refused, and that would still be so. */
export function refused(client: ModbusClient): boolean {
  if (client.may_write) return false;
  return client.refused > 0 || client.refused_writes > 0;
}

export async function refreshClients(): Promise<void> {
  const [over_modbus, over_opcua, allowed, served] = await Promise.all([
    get<ModbusClient[]>("modbus/clients"),
    get<OpcUaClient[]>("opcua/clients"),
    get<ModbusWriter[]>("modbus/allowed"),
    serving.value ?? get<ModbusServing>("modbus/server"),
  ]);
  modbus.value = over_modbus;
  opcua.value = over_opcua;
  writers.value = allowed;
  serving.value = served;
  const all = [...over_modbus, ...over_opcua];
  rates.value = counted.of(
    performance.now(),
    all.map((one) => [keyOf(one), one.requests]),
  );
}

export async function allow(address: string, note: string): Promise<void> {
  writers.value = await post<ModbusWriter[]>("modbus/allowed", { address, note });
  await refreshClients();
}

export function withdraw(address: string): Promise<boolean> {
  return changed(() => remove(`modbus/allowed/${encodeURIComponent(address)}`));
}

export function endModbus(address: string): Promise<boolean> {
  return changed(() => remove(`modbus/clients/${encodeURIComponent(address)}`));
}

export function endOpcUa({ address, port }: OpcUaClient): Promise<boolean> {
  return changed(() => remove(`opcua/clients/${encodeURIComponent(address)}/${port}`));
}

async function changed(change: () => Promise<unknown>): Promise<boolean> {
  return (await tried(change)) && (await tried(refreshClients));
}
