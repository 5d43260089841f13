import { text } from "../core/texts";
import { Banner } from "../frame/banner";
import { route } from "../page";
import { Mark } from "../parts/mark";
import { type Tab, Tabs } from "../parts/tabs";
import { CertificatesPart } from "./certificates-part";
import { ClientsPart } from "./clients-part";
import { FilesPart } from "./files-part";
import { ForceButton } from "./force-button";
import css from "./plc.module.css";
import { trouble } from "./polled";
import { TagsPart } from "./tags-part";
import { TracePart } from "./trace-part";

const PARTS = {
  tags: TagsPart,
  clients: ClientsPart,
  trace: TracePart,
  certificates: CertificatesPart,
  files: FilesPart,
} as const;
type Name = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as Name[];

/** PLC and I/O: what an electrician needs to commission the handshake. */
export function Plc() {
  const open = NAMES.find((name) => name === route.value.path[0]) ?? "tags";
  const Part = PARTS[open];
  const tabs: Tab<Name>[] = NAMES.map((name) => ({
    name,
    title: text(`io.${name}`),
    href: name === "tags" ? "#/plc" : `#/plc/${name}`,
  }));
  return (
    <main class={css.plc}>
      <h1 class="said">{text("app.plc")}</h1>
      <div class={css.subbar}>
        <Tabs label={text("app.plc")} tabs={tabs} open={open} />
        <ForceButton />
      </div>
      <Banner />
      {trouble.value && (
        <p class={`why ${css.trouble}`} role="alert">
          <Mark name="warn" />
          {trouble.value}
        </p>
      )}
      <Part />
    </main>
  );
}
