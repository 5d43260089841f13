import { beforeAll, describe, expect, it } from "vitest";
import type { Tag, TagState } from "./contract";
import { groupOf, rawWords, registerWords, rowsOf, tagAt, valueWords } from "./tags";
import { speak } from "./texts";

beforeAll(() => speak("en"));

function tag(name: string, more: Partial<Tag> = {}): Tag {
  const plain = {
    type: "uint16",
    access: "status",
    unit: "",
    help: "",
    value: 0,
    count: 1,
  } as const;
  return { name, address: null, one_based: null, node: null, words: [], ...plain, ...more };
}

function state(name: string, more: Partial<TagState> = {}): TagState {
  return { name, value: 0, raw: [0], quality: "good", changed_at_us: 0, ...more };
}

const ENABLE = tag("TriggerEnable", { address: "HR 0.0", access: "command", type: "bool" });
const READY = tag("TriggerReady", { address: "IR 0.0", type: "bool", node: "Status.Ready" });
const PART = tag("PartId", { address: "HR 17", access: "command", type: "text", count: 32 });
const STATE = tag("State", { address: "IR 3", words: ["", "Pre", "Halted"], one_based: "30004" });
const SLOT = tag("Slot07Value", { node: "Slot.07.Value", type: "float64" });
const NAME = tag("Slot07Name", { node: "Slot.07.Name", type: "text" });
const ALL = [ENABLE, READY, PART, STATE, SLOT, NAME];

describe("groups", () => {
  it("go by register, else by branch", () => {
    expect(ALL.map(groupOf)).toEqual(["plc", "status", "plc", "status", "slots", "slots"]);
    expect(groupOf(tag("ResultSeq", { address: "IR 100" }))).toBe("result");
    expect(groupOf(tag("CmdTrigger", { node: "Cmd.Trigger", access: "command" }))).toBe("scada");
    expect(groupOf(tag("PassCount", { address: "IR 22", node: "Counters.Pass" }))).toBe("counts");
  });
});

describe("rows", () => {
  const states = new Map(
    [
      state("TriggerReady"),
      state("PartId", { quality: "stale" }),
      state("TriggerEnable", { quality: "unknown" }),
      state("State", { quality: "forced" }),
    ].map((one) => [one.name, one]),
  );

  it("have what is not good first, and no slot that is not used", () => {
    const names = rowsOf(ALL, states, { search: "", group: "" }).map((row) => row.name);
    expect(names).toEqual(["State", "PartId", "TriggerEnable", "TriggerReady"]);
    const used = new Map(states).set("Slot07Name", state("Slot07Name", { value: "Pin 3" }));
    expect(rowsOf(ALL, used, { search: "", group: "" })).toContain(SLOT);
    expect(rowsOf(ALL, states, { search: "", group: "slots" })).toEqual([SLOT, NAME]);
  });

  it("are found by name, either address, and node", () => {
    const found = (search: string) => rowsOf(ALL, states, { search, group: "" });
    expect(found("30004")).toEqual([STATE]);
    expect(found("hr 17")).toEqual([PART]);
    expect(found("slot.07.v")).toEqual([SLOT]);
  });
});

describe("values", () => {
  it("are words where a state has one, with unit, and a dash where nobody said any", () => {
    expect(valueWords(STATE, state("State", { value: 2 }), 0)).toBe("Halted");
    expect(valueWords(STATE, state("State", { value: 9 }), 0)).toBe("9");
    const mm = tag("V", { type: "float32", unit: "mm" });
    expect(valueWords(mm, state("V", { value: 0.41 }), 0)).toBe("0.41\u00a0mm");
    expect(valueWords(READY, state("TriggerReady", { value: true }), 0)).toBe("1");
    expect(valueWords(READY, state("TriggerReady", { quality: "unknown" }), 0)).toBe("–");
    expect(valueWords(READY, undefined, 0)).toBe("–");
  });

  it("are shown as registers", () => {
    const float = tag("V", { address: "IR 134", type: "float32", count: 2 });
    expect(rawWords(float, state("V", { raw: [0x3ed1, 0xeb85] }))).toBe("3ED1\u00a0EB85");
    expect(rawWords(READY, state("TriggerReady", { raw: [1] }))).toBe("1");
    expect(rawWords(SLOT, state("Slot07Value", { raw: [] }))).toBe("–");
    expect(registerWords(PART)).toBe("HR\u00a017–48");
    expect(registerWords(READY)).toBe("IR\u00a00.0");
  });
});

describe("an address of a request", () => {
  it("has the name of the tag around it", () => {
    expect(tagAt(ALL, "HR", 20)).toBe(PART);
    expect(tagAt(ALL, "IR", 3)).toBe(STATE);
    expect(tagAt(ALL, "HR", 60)).toBeUndefined();
  });
});
