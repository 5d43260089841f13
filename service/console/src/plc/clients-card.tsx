import { useState } from "preact/hooks";
import type { ModbusClient, OpcUaClient } from "../core/contract";
import { number } from "../core/format";
import { text } from "../core/texts";
import { Mark } from "../parts/mark";
import { AllowButton, AllowDialog } from "./allow";
import { modbusWords, opcuaWords, rateWords } from "./client-words";
import { EVERY_MS, keyOf, modbus, opcua, refreshClients, refused } from "./clients";
import css from "./plc.module.css";
import { usePolled } from "./polled";

/** Beside the handshake: who talks to the station, and whom it does not let. */
export function ClientsCard() {
  usePolled(refreshClients, EVERY_MS);
  const [asked, setAsked] = useState("");
  const here = modbus.value.filter((client) => client.connections > 0 && !refused(client));
  const away = modbus.value.filter(refused);
  const nobody = here.length + opcua.value.length + away.length === 0;
  return (
    <section class={`card ${css.clients}`} data-testid="clients">
      <header>
        <h2>{text("clients.title")}</h2>
        <span class="push" />
        <a class="button plain" href="#/plc/clients">
          {text("clients.all")}
        </a>
      </header>
      {nobody && <p class={`quiet ${css.note}`}>{text("clients.nobody")}</p>}
      {here.map((client) => (
        <Connected key={client.address} name={client.address} client={client} />
      ))}
      {opcua.value.map((client) => (
        <Connected key={keyOf(client)} name={client.user || client.address} client={client} />
      ))}
      {away.map((client) => (
        <div class={css.client} key={client.address} data-testid={`refused-${client.address}`}>
          <Mark name="warn" label={text("clients.refused")} />
          <b>{client.address}</b>
          <AllowButton onClick={() => setAsked(client.address)} />
          <span class="fine">{modbusWords(client)}</span>
        </div>
      ))}
      {asked && <AllowDialog address={asked} onClose={() => setAsked("")} />}
    </section>
  );
}

function Connected({ name, client }: { name: string; client: ModbusClient | OpcUaClient }) {
  const words = "port" in client ? opcuaWords(client) : modbusWords(client);
  return (
    <div class={css.client}>
      <i class="dot" />
      <b>{name}</b>
      <span class="fine">{rateWords(client) || number(null)}</span>
      <span class="fine">{words}</span>
    </div>
  );
}
