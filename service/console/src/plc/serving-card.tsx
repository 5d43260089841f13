import type { ComponentChildren } from "preact";
import { number, quantity } from "../core/format";
import { text } from "../core/texts";
import { serving } from "./clients";
import css from "./plc.module.css";

/** How the station serves Modbus, by its settings. */
export function ServingCard() {
  const said = serving.value;
  if (!said) return null;
  return (
    <section class="card" data-testid="serving">
      <header>
        <h2>{text("clients.serving")}</h2>
        <span class="push" />
        <a class="button plain" href="#/system">
          {text("clients.to_system")}
        </a>
      </header>
      <dl class={`facts-list body ${css.facts}`}>
        <Fact name={text("clients.port")}>{String(said.port)}</Fact>
        <Fact name={text("clients.unit_ids")}>
          {said.unit_ids.length > 0 ? said.unit_ids.join(", ") : text("clients.every_unit")}
        </Fact>
        <Fact name={text("clients.word_order")}>{said.word_order}</Fact>
        <Fact name={text("clients.string_order")}>{said.string_order}</Fact>
        <Fact name={text("clients.write_control")}>
          {[said.write_control, ...said.writers].join(", ")}
        </Fact>
        <Fact name={text("clients.most")}>
          {text("clients.most_of", {
            all: number(said.max_connections),
            each: number(said.max_connections_per_address),
          })}
        </Fact>
        <Fact name={text("clients.watchdog")}>
          {said.watchdog_ms
            ? quantity(said.watchdog_ms, text("unit.ms"), 0)
            : text("clients.watchdog_off")}
        </Fact>
      </dl>
      {said.reason && <p class={`why ${css.foot}`}>{said.reason}</p>}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
