/** The table of tags as people read it: which group, in what order, what a value says. */
import type { Tag, TagState } from "./contract";
import { decimalsOf, moment, number, unitWords } from "./format";

export const TAG_GROUPS = [
  "plc",
  "status",
  "result",
  "scada",
  "ua_result",
  "slots",
  "counts",
] as const;
export type TagGroup = (typeof TAG_GROUPS)[number];

const RESULT_FROM = 100; // input registers from here on speak of a result

/** Where a tag belongs: by its register, else by the branch of its node. */
export function groupOf(tag: Tag): TagGroup {
  const branch = tag.node?.split(".")[0] ?? "";
  if (tag.address) {
    if (tag.access === "command") return "plc";
    if (branch === "Counters") return "counts";
    return Number(/\d+/.exec(tag.address)?.[0]) < RESULT_FROM ? "status" : "result";
  }
  if (branch === "Cmd") return "scada";
  if (branch === "Slot") return "slots";
  if (branch === "Result" || branch === "Image") return "ua_result";
  return branch === "Status" ? "status" : "counts";
}

const RANK: Readonly<Record<TagState["quality"], number>> = {
  forced: 0,
  stale: 1,
  unknown: 2,
  good: 3,
};

export interface Wanted {
  search: string;
  group: TagGroup | "";
}

/** The rows that are asked for, not good ones first, else in the order of the table.
 *
 * Slots that no step uses are there only for whoever asks for slots, or searches.
 */
export function rowsOf(
  tags: readonly Tag[],
  states: ReadonlyMap<string, TagState>,
  { search, group }: Wanted,
): Tag[] {
  const word = search.trim().toLowerCase();
  const fits = (tag: Tag) => {
    const own = groupOf(tag);
    if (group && own !== group) return false;
    if (!word) return group === "slots" || own !== "slots" || used(tag, states);
    return [tag.name, tag.address, tag.one_based, tag.node, tag.help].some((said) =>
      said?.toLowerCase().includes(word),
    );
  };
  const rank = (tag: Tag) => RANK[states.get(tag.name)?.quality ?? "unknown"];
  return tags.filter(fits).sort((a, b) => rank(a) - rank(b));
}

function used(tag: Tag, states: ReadonlyMap<string, TagState>): boolean {
  return Boolean(states.get(`${tag.name.slice(0, "Slot00".length)}Name`)?.value);
}

/** What a value says, with its unit; what nobody has said is a dash. */
export function valueWords(tag: Tag, state: TagState | undefined, now: number): string {
  const value = state?.value;
  if (value === undefined || value === null || state?.quality === "unknown") return number(null);
  if (Array.isArray(value)) return value.map((one) => oneWords(tag, one, now)).join(", ");
  return oneWords(tag, value, now);
}

function oneWords(tag: Tag, value: unknown, now: number): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value !== "number") return String(value ?? number(null));
  const word = tag.words[value];
  if (word) return word;
  if (tag.type.startsWith("time")) return value ? moment(value / 1000, now) : number(null);
  const shown = tag.type.startsWith("float") ? number(value, decimalsOf(value)) : String(value);
  return tag.unit ? `${shown}\u00a0${unitWords(tag.unit)}` : shown;
}

/** Registers in hexadecimal as a PLC tool shows them; a bit as it is. */
export function rawWords(tag: Tag, state: TagState | undefined): string {
  if (!state || state.raw.length === 0) return number(null);
  if (tag.type === "bool") return String(state.raw[0]);
  const hex = state.raw.slice(0, 4).map((word) => word.toString(16).toUpperCase().padStart(4, "0"));
  return hex.join("\u00a0") + (state.raw.length > 4 ? "\u00a0…" : "");
}

/** `HR 17–48`: all registers of a tag. */
export function registerWords(tag: Tag): string {
  if (!tag.address) return number(null);
  const [area, place = ""] = tag.address.split(" ");
  const [register = "", bit] = place.split(".");
  if (bit !== undefined) return `${area}\u00a0${register}.${bit}`;
  const last = Number(register) + tag.count - 1;
  return tag.count > 1 ? `${area}\u00a0${register}–${last}` : `${area}\u00a0${register}`;
}

/** The tag whose register or bit this is: bits before their word. */
export function tagAt(tags: readonly Tag[], area: string, register: number): Tag | undefined {
  return tags.find((tag) => {
    const [own, place = ""] = tag.address?.split(" ") ?? [];
    if (own !== area || place.includes(".")) return false;
    const first = Number(place);
    return register >= first && register < first + tag.count;
  });
}
