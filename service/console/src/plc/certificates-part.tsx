import { signal } from "@preact/signals";
import { apiAddress, get, post, remove } from "../core/api";
import type { Certificate, OpcUaServing } from "../core/contract";
import { moment } from "../core/format";
import { text } from "../core/texts";
import { Copy } from "../parts/copy";
import { Icon } from "../parts/icon";
import { may } from "../session";
import { stationNow } from "../station";
import css from "./plc.module.css";
import { tried, usePolled } from "./polled";

const EVERY_MS = 5000;

const server = signal<OpcUaServing | null>(null);
const certificates = signal<readonly Certificate[]>([]);

async function refresh(): Promise<void> {
  server.value = await get<OpcUaServing>("opcua/server");
  if (may("certificates")) certificates.value = await get<Certificate[]>("opcua/certificates");
}

async function change(ask: () => Promise<Certificate[]>): Promise<void> {
  await tried(async () => {
    certificates.value = await ask();
  });
}

/** Who OPC UA lets in: the own certificate, those it trusts, and who was turned away. */
export function CertificatesPart() {
  usePolled(refresh, EVERY_MS);
  const of = (...folders: string[]) =>
    certificates.value.filter((one) => folders.includes(one.folder));
  return (
    <div class={css.cards}>
      <Own />
      {may("certificates") ? (
        <>
          <List name="rejected" title={text("certs.rejected")} found={of("rejected")} />
          <List name="trusted" title={text("certs.trusted")} found={of("trusted", "issuers")} />
        </>
      ) : (
        <p class={`why ${css.wide}`}>{text("certs.why_off")}</p>
      )}
    </div>
  );
}

function Own() {
  const own = server.value?.certificate;
  if (!own) return null;
  const day = (us: number) => moment(us / 1000, 0);
  return (
    <section class={`card ${css.wide}`} data-testid="own-certificate">
      <header>
        <h2>{text("certs.own")}</h2>
        <span class="push" />
        <a class="button" href={apiAddress("opcua/server/certificate")} download>
          <Icon name="download" />
          {text("files.get")}
        </a>
      </header>
      <dl class={`facts-list body ${css.facts}`}>
        <dt>{text("certs.sha256")}</dt>
        <dd class={`mono ${css.hex}`}>{own.sha256}</dd>
        <dt>{text("certs.thumbprint")}</dt>
        <dd class={`mono ${css.hex}`}>{own.thumbprint}</dd>
        <dt>{text("certs.hosts")}</dt>
        <dd>{[...own.host_names, ...own.addresses].join(", ")}</dd>
        <dt>{text("certs.until")}</dt>
        <dd>{day(own.valid_until_us)}</dd>
        <dt>{text("certs.policies")}</dt>
        <dd>{server.value?.endpoints.map((one) => `${one.policy} ${one.mode}`).join(", ")}</dd>
      </dl>
    </section>
  );
}

function List(props: { name: string; title: string; found: readonly Certificate[] }) {
  return (
    <section class={`card ${css.wide}`} data-testid={`certificates-${props.name}`}>
      <header>
        <h2>{props.title}</h2>
      </header>
      {props.found.length === 0 && <p class={`quiet ${css.note}`}>{text("certs.none")}</p>}
      <ul class={css.rows}>
        {props.found.map((one) => (
          <Row key={one.thumbprint} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Row({ one }: { one: Certificate }) {
  return (
    <li>
      <span>
        <b>{one.subject}</b>
        <small class={`fine mono ${css.hex}`}>{` ${one.thumbprint}`}</small>
        <small class="fine">{` ${one.uri} ${whyWords(one)}`}</small>
      </span>
      <Copy value={one.thumbprint} name={text("certs.thumbprint")} />
      {one.folder === "rejected" && (
        <button
          type="button"
          class="button"
          onClick={() => void change(() => post(`opcua/certificates/${one.thumbprint}/trust`))}
        >
          {text("certs.trust")}
        </button>
      )}
      <button
        type="button"
        class="button icon-only plain"
        aria-label={text("certs.remove", { name: one.subject })}
        title={text("certs.remove", { name: one.subject })}
        onClick={() => void change(() => remove(`opcua/certificates/${one.thumbprint}`))}
      >
        <Icon name="trash" />
      </button>
    </li>
  );
}

/** Why it was turned away, as far as the certificate itself says it. */
function whyWords(one: Certificate): string {
  const now = stationNow.value * 1000;
  if (now < one.valid_from_us) return text("certs.not_yet");
  if (now > one.valid_until_us) return text("certs.expired");
  return one.folder === "rejected" ? text("certs.unknown") : "";
}
