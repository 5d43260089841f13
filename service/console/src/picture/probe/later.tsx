/** The probe, and what a picture tells it, are fetched when somebody asks for it first. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import type { ProbeSource } from "./source";

export const probing = signal(false);

const here = signal<{ Component: ComponentType<{ source: ProbeSource }> } | null>(null);

export async function toggleProbe(): Promise<void> {
  probing.value = !probing.value;
  if (probing.value) here.value ??= { Component: (await import("./probe")).Probe };
}

/** In a picture's toolbar. */
export function ProbeButton() {
  return (
    <button
      type="button"
      class="button plain"
      aria-pressed={probing.value}
      onClick={() => void toggleProbe()}
    >
      <Icon name="probe" />
      <span class="t">{text("probe.name")}</span>
    </button>
  );
}

/** In the well, over the picture. `load` is always the same. */
export function ProbeOver({ load }: { load: () => Promise<ProbeSource> }) {
  const [source, setSource] = useState<ProbeSource | null>(null);
  const on = probing.value;
  useEffect(() => {
    if (on) void load().then(setSource);
  }, [on, load]);
  return on && source && here.value ? <here.value.Component source={source} /> : null;
}
