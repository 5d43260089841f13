/** Which words stand for what the station and the address call by name. */
import type { Endpoint, LogLine, User } from "../core/contract";
import type { TextKey } from "../core/texts";

export const SERVERS: Readonly<Record<Endpoint["server"], TextKey>> = {
  http: "network.http",
  modbus: "network.modbus",
  opcua: "network.opcua",
  ascii: "network.ascii",
};

export const ROLES: Readonly<Record<User["role"], TextKey>> = {
  observer: "users.observer",
  operator: "users.operator",
  engineer: "users.engineer",
  administrator: "users.administrator",
  scada: "users.scada",
};

export const ROLES_MAY: Readonly<Record<User["role"], TextKey>> = {
  observer: "users.observer_may",
  operator: "users.operator_may",
  engineer: "users.engineer_may",
  administrator: "users.administrator_may",
  scada: "users.scada_may",
};

export const LEVELS: Readonly<Record<LogLine["level"], TextKey>> = {
  debug: "log.debug",
  info: "log.info",
  warning: "log.warning",
  error: "log.error",
  critical: "log.critical",
};
