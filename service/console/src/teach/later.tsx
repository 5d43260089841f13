import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { text } from "../core/texts";
import css from "./teach.module.css";

const fetchPart = {
  limits: async () => (await import("./limits/limits-step")).LimitsStep,
  release: async () => (await import("./release/release-step")).ReleaseStep,
  calibration: async () => (await import("./calibration/calibration")).CalibrationPage,
} as const;

type Name = keyof typeof fetchPart;

const here = signal<Readonly<Partial<Record<Name, ComponentType>>>>({});
const trouble = signal("");

/** A part of Teach that is fetched when it is first shown. */
export function Later({ name }: { name: Name }) {
  useEffect(() => void load(name), [name]);
  const Component = here.value[name];
  if (Component) return <Component />;
  return (
    <div class={`empty ${css.coming}`}>
      {trouble.value ? (
        <>
          <p role="alert">{text("app.not_loaded", { reason: trouble.value })}</p>
          <button type="button" class="button" onClick={() => void load(name)}>
            {text("app.again")}
          </button>
        </>
      ) : (
        <p>{text("app.loading")}</p>
      )}
    </div>
  );
}

async function load(name: Name): Promise<void> {
  trouble.value = "";
  if (here.value[name]) return;
  try {
    const Component = await fetchPart[name]();
    here.value = { ...here.value, [name]: Component };
  } catch (error) {
    trouble.value = error instanceof Error ? error.message : String(error);
  }
}
