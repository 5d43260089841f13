/** The kiosk view is fetched where it is asked for. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

const here = signal<{ Component: ComponentType } | null>(null);

export function Kiosk() {
  useEffect(() => void load(), []);
  return here.value && <here.value.Component />;
}

async function load(): Promise<void> {
  here.value ??= { Component: (await import("./kiosk")).Kiosk };
}
