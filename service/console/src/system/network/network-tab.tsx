import { useEffect } from "preact/hooks";
import { apiAddress } from "../../core/api";
import type { Endpoint, HttpsCertificate, Network, NetworkInterface } from "../../core/contract";
import { day } from "../../core/format";
import { text } from "../../core/texts";
import { Mark } from "../../parts/mark";
import { Asked } from "../asked";
import { SERVERS } from "../keys";
import css from "../system.module.css";
import { Card, Cards, Facts, Trouble } from "../told";
import { ViewsCard } from "./views-card";

const EVERY_MS = 10_000;
const network = new Asked<Network>("network");

/** Where the station can be reached. */
export function NetworkTab() {
  useEffect(() => network.watch(EVERY_MS), []);
  const said = network.value.value;
  return (
    <Cards label={text("system.network")}>
      <Trouble words={network.trouble.value} />
      {said && (
        <>
          <ConsoleCard said={said} />
          <CertificateCard of={said.certificate} />
          <Card title={text("network.servers")} wide testid="endpoints">
            <Servers of={said.endpoints} />
          </Card>
          <ViewsCard />
          <Card title={text("network.interfaces", { host: said.host })} wide testid="interfaces">
            <Interfaces of={said.interfaces} />
          </Card>
        </>
      )}
    </Cards>
  );
}

/** The address to type, and to take a picture of. */
function ConsoleCard({ said }: { said: Network }) {
  const own = said.endpoints.find(({ server }) => server === "http");
  const url = own?.urls[0];
  if (!own || !url) return null;
  return (
    <Card title={text("network.console")} testid="network-console">
      <div class={`body ${css.address}`}>
        <img
          src={apiAddress(`network/code.svg?url=${encodeURIComponent(url)}`)}
          width={132}
          height={132}
          alt={text("network.code", { url })}
        />
        <div>
          {own.urls.map((each) => (
            <p class="mono" key={each}>
              {each}
            </p>
          ))}
          {own.local && <p class="quiet">{text("network.local")}</p>}
        </div>
      </div>
    </Card>
  );
}

function CertificateCard({ of }: { of: HttpsCertificate | null }) {
  return (
    <Card title={text("network.certificate")} testid="certificate">
      {of === null ? (
        <p class="body quiet">{text("network.not_encrypted")}</p>
      ) : (
        <>
          {of.problem && (
            <p class="body why">
              <Mark name="warn" />
              {of.problem}
            </p>
          )}
          <Facts
            of={[
              [text("network.names"), of.names.join(", ")],
              [text("network.issuer"), of.issuer],
              [text("network.until"), day(of.ends_at_us / 1000)],
            ]}
          />
        </>
      )}
    </Card>
  );
}

function Servers({ of }: { of: readonly Endpoint[] }) {
  return (
    <div class={css.scroll}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{text("network.server")}</th>
            <th scope="col">{text("network.reach")}</th>
            <th scope="col">{text("network.urls")}</th>
          </tr>
        </thead>
        <tbody>
          {of.map(({ server, local, urls }) => (
            <tr key={server}>
              <th scope="row">{text(SERVERS[server])}</th>
              <td>{text(local ? "network.this_machine" : "network.others")}</td>
              <td class={`mono ${css.wrap}`}>{urls.join(" ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Interfaces({ of }: { of: readonly NetworkInterface[] }) {
  return (
    <div class={css.scroll}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{text("network.interface")}</th>
            <th scope="col">{text("network.link")}</th>
            <th scope="col">{text("network.addresses")}</th>
            <th scope="col" class={css.opt}>
              {text("network.mac")}
            </th>
          </tr>
        </thead>
        <tbody>
          {of.map(({ name, up, addresses, mac }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{text(up ? "network.up" : "network.down")}</td>
              <td class={`mono ${css.wrap}`}>{addresses.join(" ") || "–"}</td>
              <td class={`mono ${css.opt}`}>{mac || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
