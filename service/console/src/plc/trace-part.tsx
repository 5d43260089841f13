import { useState } from "preact/hooks";
import { apiAddress } from "../core/api";
import type { Exchange } from "../core/contract";
import { clock, milliseconds, number } from "../core/format";
import { text } from "../core/texts";
import { setQuery } from "../page";
import { Icon } from "../parts/icon";
import css from "./plc.module.css";
import { usePolled } from "./polled";
import {
  client,
  EVERY_MS,
  exchanges,
  functionCode,
  held,
  marked,
  place,
  placesOf,
  refreshTrace,
  SHOWN,
  wanted,
  wrongOnly,
} from "./trace";

const CODES = [1, 2, 3, 4, 5, 6, 15, 16, 22, 23];

/** Requests of every Modbus client, newest first. */
export function TracePart() {
  usePolled(refreshTrace, EVERY_MS);
  const shown = wanted.value.slice(0, SHOWN);
  return (
    <div class={css.one}>
      <section class={`card ${css.tags}`} data-testid="trace">
        <Filters />
        <div class={css.scroll}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{text("trace.number")}</th>
                <th scope="col" class={css.opt}>
                  {text("trace.time")}
                </th>
                <th scope="col">{text("trace.client")}</th>
                <th scope="col">{text("trace.what")}</th>
                <th scope="col" class={css.opt}>
                  {text("trace.values")}
                </th>
                <th scope="col">{text("trace.answer")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <Row key={one.number} one={one} />
              ))}
            </tbody>
          </table>
          {shown.length === 0 && <p class={`quiet ${css.note}`}>{text("trace.none")}</p>}
        </div>
      </section>
    </div>
  );
}

function Filters() {
  const clients = [...new Set(exchanges.value.map((one) => one.client))].sort();
  if (client.value && !clients.includes(client.value)) clients.push(client.value);
  return (
    <header class={css.filters}>
      <h2>{text("trace.title")}</h2>
      <span class={`fine ${css.opt}`}>
        {text("trace.count", { count: number(wanted.value.length) })}
      </span>
      <span class="push" />
      <span class={`input ${css.choice}`}>
        <select
          aria-label={text("trace.client")}
          value={client.value}
          onInput={(event) => setQuery({ client: event.currentTarget.value })}
        >
          <option value="">{text("trace.every_client")}</option>
          {clients.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <Icon name="down" />
      </span>
      <span class={`input ${css.choice}`}>
        <select
          aria-label={text("trace.function")}
          value={String(functionCode.value)}
          onInput={(event) => {
            functionCode.value = Number(event.currentTarget.value);
          }}
        >
          <option value="0">{text("trace.every_function")}</option>
          {CODES.map((one) => (
            <option value={one} key={one}>
              {text("trace.code", { code: one })}
            </option>
          ))}
        </select>
        <Icon name="down" />
      </span>
      <span class={`input ${css.find}`}>
        <Icon name="search" />
        <input
          type="search"
          aria-label={text("trace.place")}
          placeholder={text("trace.place")}
          autocomplete="off"
          spellcheck={false}
          value={place.value}
          onInput={(event) => {
            place.value = event.currentTarget.value;
          }}
        />
      </span>
      <Press name={text("trace.wrong")} state={wrongOnly} />
      <Press name={text("wave.freeze")} state={held} />
      <a class="button" href={apiAddress("modbus/flight")} download data-testid="flight">
        <Icon name="download" />
        {text("trace.flight")}
      </a>
    </header>
  );
}

function Press({ name, state }: { name: string; state: { value: boolean } }) {
  return (
    <button
      type="button"
      class="button plain"
      aria-pressed={state.value}
      onClick={() => {
        state.value = !state.value;
      }}
    >
      {name}
    </button>
  );
}

function Row({ one }: { one: Exchange }) {
  const [open, setOpen] = useState(one.number === marked.value);
  return (
    <>
      <tr
        aria-selected={one.number === marked.value}
        class={one.exception ? "is-forced" : ""}
        data-testid={`exchange-${one.number}`}
      >
        <td>
          <button
            type="button"
            class={css.name}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {number(one.number)}
          </button>
        </td>
        <td class={`nowrap ${css.opt}`}>{clock(one.utc_us / 1000)}</td>
        <td class="nowrap">{one.client}</td>
        <td>
          {text("trace.code", { code: one.function })} {placesOf(one)}
        </td>
        <td class={`mono ${css.opt}`}>{one.values.slice(0, 6).join(" ")}</td>
        <td class="nowrap">{one.exception_text || milliseconds(one.duration_us)}</td>
      </tr>
      {open && (
        <tr class={css.details}>
          <td colSpan={6}>
            <div class={css.meaning}>
              <p class={`mono ${css.hex}`}>{text("trace.request", { hex: one.request })}</p>
              <p class={`mono ${css.hex}`}>{text("trace.answered", { hex: one.answer })}</p>
            </div>
          </td>
        </tr>
      )}
    </>
  );
}
