/** What keys call on every page: another page, the table of keys, the jump box. The latter two are fetched when asked for. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { PAGES } from "../core/page";
import { text } from "../core/texts";
import { go } from "../page";
import { addJumps, type Jump } from "../parts/jump/jump";
import { addShortcuts, type Shortcut, watchShortcuts } from "../parts/shortcuts/shortcuts";

type Called = ComponentType<{ close: () => void }>;

const fetchCalled = {
  keys: async (): Promise<Called> => (await import("../parts/shortcuts/sheet")).ShortcutSheet,
  jump: async (): Promise<Called> => (await import("../parts/jump/box")).JumpBox,
};

const open = signal<{ Component: Called } | null>(null);

async function call(name: keyof typeof fetchCalled): Promise<void> {
  if (!open.value) open.value = { Component: await fetchCalled[name]() };
}

export function showKeys(): void {
  void call("keys");
}

export function showJump(): void {
  void call("jump");
}

const keys: readonly Shortcut[] = [
  ...PAGES.map((page, index) => ({
    keys: [String(index + 1)],
    name: `app.${page}` as const,
    act: () => go(page),
  })),
  { keys: ["/"], name: "keys.jump", act: showJump },
  { keys: ["?"], name: "keys.show", act: showKeys },
];

function pages(): Jump[] {
  const kind = text("jump.page");
  const own = PAGES.map((page) => ({ name: text(`app.${page}`), kind, go: () => go(page) }));
  return [
    ...own,
    { name: text("kiosk.name"), kind, go: () => go("run", [], { kiosk: "1" }) },
    { name: text("keys.title"), kind, go: showKeys },
  ];
}

/** Fetched with the first question. */
async function places(): Promise<Jump[]> {
  const { allPlaces } = await import("../parts/jump/places");
  return allPlaces();
}

/** Stands once, over all pages. */
export function CalledByKey() {
  useEffect(() => {
    const ends = [
      watchShortcuts(),
      addShortcuts({ title: "keys.everywhere", list: keys }),
      addJumps(pages),
      addJumps(places),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  const called = open.value;
  return called && <called.Component close={() => (open.value = null)} />;
}
