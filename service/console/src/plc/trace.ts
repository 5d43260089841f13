/** The last 1,000 Modbus requests, and which of them are wanted. */
import { computed, signal } from "@preact/signals";
import { get } from "../core/api";
import type { Exchange, Tag, Trace } from "../core/contract";
import { tagAt } from "../core/tags";
import { route } from "../page";
import { tags } from "./tags";

export const EVERY_MS = 1000;
const KEPT = 1000;
const PAGE = 200;
export const SHOWN = 200; // rows

export const exchanges = signal<readonly Exchange[]>([]); // oldest first
export const held = signal(false);
export const functionCode = signal(0); // 0 = every one
export const place = signal(""); // part of a tag's name, or a register
export const wrongOnly = signal(false);

export const client = computed(() => route.value.query.get("client") ?? "");
export const marked = computed(() => Number(route.value.query.get("at") ?? 0));

/** Newest first. */
export const wanted = computed(() => {
  const word = place.value.trim().toLowerCase();
  return exchanges.value
    .filter(
      (one) =>
        (!client.value || one.client === client.value) &&
        (!functionCode.value || one.function === functionCode.value) &&
        (!wrongOnly.value || one.exception > 0) &&
        (!word || placesOf(one).toLowerCase().includes(word)),
    )
    .reverse();
});

let next = 0;

export async function refreshTrace(): Promise<void> {
  if (tags.value.length === 0) tags.value = await get<Tag[]>("tags");
  if (held.value) return;
  for (;;) {
    const page = await get<Trace>(`modbus/trace?since=${next}&limit=${PAGE}`);
    if (page.next < next) exchanges.value = []; // the station has started anew
    next = page.next;
    if (page.items.length > 0) exchanges.value = [...exchanges.value, ...page.items].slice(-KEPT);
    if (page.items.length < PAGE) return;
  }
}

/** Registers and the names of the tags that they belong to, for people and for the search. */
export function placesOf(one: Exchange): string {
  const said = [];
  if (one.written) said.push(`→ ${blockWords(areaOf(one.function, true), one.written)}`);
  if (one.read) said.push(blockWords(areaOf(one.function, false), one.read));
  return said.join(" · ");
}

function areaOf(code: number, writes: boolean): string {
  if (code === 1 || code === 5 || code === 15) return "coil";
  if (code === 2) return "DI";
  return code === 4 && !writes ? "IR" : "HR";
}

const MIRROR = 1000; // holding registers from here on read as input registers

function blockWords(area: string, { address, count }: { address: number; count: number }): string {
  const span = count > 1 ? `${area} ${address}–${address + count - 1}` : `${area} ${address}`;
  const mirrored = area === "HR" && address >= MIRROR;
  const first = mirrored
    ? tagAt(tags.value, "IR", address - MIRROR)
    : tagAt(tags.value, area, address);
  if (!first) return span;
  return `${span} ${first.name}${count > first.count ? " …" : ""}`;
}
