import { apiAddress } from "../core/api";
import type { TextKey } from "../core/texts";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import css from "./plc.module.css";

const FILES = [
  ["csv", "modbus/map/csv"],
  ["ignition", "modbus/map/ignition"],
  ["codesys", "modbus/map/codesys"],
  ["scl", "modbus/map/scl"],
  ["rockwell", "modbus/map/rockwell"],
  ["nodes", "opcua/nodes/csv"],
  ["nodeset", "opcua/nodes/nodeset"],
  ["node_red", "examples/node-red"],
  ["fuxa", "examples/fuxa"],
] as const;

/** Which of it a controller or SCADA system takes. */
const ADVICE = [
  ["siemens", ["scl", "csv"]],
  ["codesys_plc", ["codesys", "csv"]],
  ["beckhoff", ["codesys", "csv"]],
  ["rockwell_plc", ["rockwell", "csv"]],
  ["ignition_scada", ["ignition", "nodes"]],
  ["ua_client", ["nodeset", "nodes"]],
  ["node_red_flow", ["node_red"]],
  ["fuxa_scada", ["fuxa"]],
  ["any", ["csv"]],
] as const;

/** The map as files, as it is on this station: with its user-defined block, orders and ports. */
export function FilesPart() {
  return (
    <div class={css.cards}>
      <section class="card" data-testid="files">
        <header>
          <h2>{text("files.title")}</h2>
        </header>
        <p class={`quiet ${css.note}`}>{text("files.more")}</p>
        <ul class={css.rows}>
          {FILES.map(([name, path]) => (
            <li key={name}>
              <span>
                <b>{text(`files.${name}`)}</b>{" "}
                <small class="fine">{text(`files.${name}_for`)}</small>
              </span>
              <a class="button" href={apiAddress(path)} download data-testid={`file-${name}`}>
                <Icon name="download" />
                {text("files.get")}
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section class="card" data-testid="advice">
        <header>
          <h2>{text("files.advice")}</h2>
        </header>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{text("files.yours")}</th>
              <th scope="col">{text("files.use")}</th>
            </tr>
          </thead>
          <tbody>
            {ADVICE.map(([name, files]) => (
              <tr key={name}>
                <td>{text(`files.${name}` as TextKey)}</td>
                <td class={css.useful}>
                  {files.map((file) => text(`files.${file}`)).join(", ")}
                  <small class="fine">{text(`files.${name}_how` as TextKey)}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
