import { useState } from "preact/hooks";
import type { ModbusClient, OpcUaClient } from "../core/contract";
import { moment, number } from "../core/format";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { stationNow } from "../station";
import { AllowDialog } from "./allow";
import { idleWords, rateWords, refusalWords, rightsWords } from "./client-words";
import {
  EVERY_MS,
  endModbus,
  endOpcUa,
  keyOf,
  modbus,
  opcua,
  refreshClients,
  refused,
  withdraw,
  writers,
} from "./clients";
import css from "./plc.module.css";
import { usePolled } from "./polled";
import { ServingCard } from "./serving-card";

/** Every client of both protocols, who may write, and how the station serves. */
export function ClientsPart() {
  usePolled(refreshClients, EVERY_MS);
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <div class={css.cards}>
      <ModbusCard onAllow={setAsked} />
      <OpcUaCard />
      <WritersCard onAdd={() => setAsked("")} onAllow={setAsked} />
      <ServingCard />
      {asked !== null && <AllowDialog address={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

const HEADS = ["client", "rights", "requests", "exceptions", "idle", "last_word"] as const;
const ROOMY: readonly string[] = ["requests", "exceptions", "last_word"]; // a phone has no room for them

function ModbusCard({ onAllow }: { onAllow: (address: string) => void }) {
  return (
    <section class={`card ${css.wide}`} data-testid="modbus-clients">
      <header>
        <h2>{text("clients.modbus")}</h2>
      </header>
      {modbus.value.length === 0 ? (
        <p class={`quiet ${css.note}`}>{text("clients.none_modbus")}</p>
      ) : (
        <div class={css.clientTable}>
          <table class="table press">
            <thead>
              <tr>
                {HEADS.map((head) => (
                  <th scope="col" key={head} class={ROOMY.includes(head) ? css.opt : ""}>
                    {text(`clients.head_${head}`)}
                  </th>
                ))}
                <th scope="col">
                  <span class="said">{text("clients.acts")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {modbus.value.map((client) => (
                <ModbusRow key={client.address} client={client} onAllow={onAllow} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <WhyOff />
    </section>
  );
}

function ModbusRow(props: { client: ModbusClient; onAllow: (address: string) => void }) {
  const { client } = props;
  const gone = client.connections === 0;
  return (
    <tr data-testid={`client-${client.address}`} class={gone ? "is-unknown" : ""}>
      <td>
        <b>{client.address}</b>
        <small class="fine">{connectedWords(client)}</small>
      </td>
      <td>
        {refused(client) ? (
          <span class="badge warn">
            <Mark name="warn" />
            {text("clients.refused")}
          </span>
        ) : (
          rightsWords(client)
        )}
      </td>
      <td class={`nowrap ${css.opt}`}>
        {number(client.requests)} <span class="fine">{gone ? "" : rateWords(client)}</span>
      </td>
      <td class={css.opt}>{number(client.exceptions)}</td>
      <td class="nowrap">{idleWords(client.last_request_us)}</td>
      <td class={`${css.opt} ${css.lastWord}`}>
        {refused(client) ? refusalWords(client) : client.last_error}
      </td>
      <td class="end nowrap">
        {refused(client) && (
          <button
            type="button"
            class="button plain"
            disabled={!may("settings")}
            onClick={() => props.onAllow(client.address)}
          >
            {text("clients.allow")}
          </button>
        )}
        {!gone && (
          <EndButton name={client.address} onClick={() => void endModbus(client.address)} />
        )}
      </td>
    </tr>
  );
}

function connectedWords(client: ModbusClient): string {
  if (client.connections === 0) return text("clients.gone");
  const since = moment(client.connected_since_us / 1000, stationNow.value);
  return text("clients.connected", { count: number(client.connections), since });
}

function EndButton({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button
      type="button"
      class="button icon-only plain"
      disabled={!may("settings")}
      aria-label={text("clients.end", { name })}
      title={text("clients.end", { name })}
      onClick={onClick}
    >
      <Icon name="x" />
    </button>
  );
}

function WhyOff() {
  if (may("settings")) return null;
  return <p class={`why ${css.foot}`}>{text("clients.why_off")}</p>;
}

function OpcUaCard() {
  return (
    <section class={`card ${css.wide}`} data-testid="opcua-clients">
      <header>
        <h2>{text("clients.opcua")}</h2>
      </header>
      {opcua.value.length === 0 && <p class={`quiet ${css.note}`}>{text("clients.none_opcua")}</p>}
      <ul class={css.rows}>
        {opcua.value.map((client) => (
          <OpcUaRow key={keyOf(client)} client={client} />
        ))}
      </ul>
    </section>
  );
}

function OpcUaRow({ client }: { client: OpcUaClient }) {
  const name = client.application || client.session || text("clients.no_session");
  const key = keyOf(client);
  return (
    <li class={client.connected ? "" : "is-stale"}>
      <span>
        <b>{name}</b>{" "}
        <small class="fine">
          {[key, client.user || text("clients.anonymous"), client.policy, client.mode]
            .filter(Boolean)
            .join(" · ")}
        </small>
      </span>
      <span class="fine">
        {text("clients.line_items", {
          items: number(client.monitored_items),
          requests: number(client.requests),
          rate: rateWords(client) || number(null),
          idle: idleWords(client.last_request_us),
        })}
        {!client.connected && ` ${text("clients.lost")}`}
      </span>
      <EndButton name={key} onClick={() => void endOpcUa(client)} />
    </li>
  );
}

function WritersCard(props: { onAdd: () => void; onAllow: (address: string) => void }) {
  return (
    <section class="card" data-testid="writers">
      <header>
        <h2>{text("clients.writers")}</h2>
        <span class="push" />
        <button type="button" class="button" disabled={!may("settings")} onClick={props.onAdd}>
          <Icon name="plus" />
          {text("clients.add")}
        </button>
      </header>
      <p class={`quiet ${css.note}`}>{text("clients.writers_more")}</p>
      <ul class={css.rows}>
        {writers.value.map((one) => (
          <li key={one.address} data-testid={`writer-${one.address}`}>
            <span>
              <b>{one.address}</b> <small class="fine">{one.note}</small>
            </span>
            <span class="fine">
              {text("clients.allowed_by", {
                who: one.who,
                time: moment(one.since_us / 1000, stationNow.value),
              })}
            </span>
            <button
              type="button"
              class="button icon-only plain"
              disabled={!may("settings")}
              aria-label={text("clients.withdraw", { address: one.address })}
              title={text("clients.withdraw", { address: one.address })}
              onClick={() => void withdraw(one.address)}
            >
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
