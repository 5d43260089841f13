/** What is said of a client in a line. */
import type { ModbusClient, OpcUaClient } from "../core/contract";
import { age, number, quantity } from "../core/format";
import { text } from "../core/texts";
import { stationNow } from "../station";
import { keyOf, rates, refused } from "./clients";

/** `125/s`; "" = not known yet. */
export function rateWords(client: ModbusClient | OpcUaClient): string {
  const rate = rates.value.get(keyOf(client)) ?? null;
  return rate === null ? "" : text("clients.rate", { count: number(rate, rate < 10 ? 1 : 0) });
}

export function modbusWords(client: ModbusClient): string {
  if (refused(client)) {
    return text("clients.line_refused", { why: refusalWords(client) });
  }
  const requests = number(client.requests);
  const exceptions = number(client.exceptions);
  return text("clients.line_modbus", { rights: rightsWords(client), requests, exceptions });
}

export function opcuaWords(client: OpcUaClient): string {
  const name = client.application || client.session || text("clients.no_session");
  return text("clients.line_opcua", { name, items: number(client.monitored_items) });
}

export function rightsWords(client: ModbusClient): string {
  if (client.allowed) return text("clients.allowed");
  if (client.controls) return text("clients.controls");
  return text(client.may_write ? "clients.may_write" : "clients.reads");
}

/** Why it is not let, and how often that was. */
export function refusalWords(client: ModbusClient): string {
  const writes = client.refused_write_at_us >= client.refused_at_us;
  const count = number(writes ? client.refused_writes : client.refused);
  return text(writes ? "clients.refused_writes" : "clients.refused_connections", { count });
}

export function idleWords(lastUs: number): string {
  if (!lastUs) return text("tags.never");
  const ms = Math.max(stationNow.value - lastUs / 1000, 0);
  return ms < 1000 ? quantity(Math.round(ms / 100) * 100, text("unit.ms"), 0) : age(ms);
}
