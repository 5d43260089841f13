/** Each page is a chunk of its own, fetched when it is first shown; Run comes with the frame. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Page } from "./core/page";
import { learnPart, text } from "./core/texts";
import { Banner } from "./frame/banner";
import { page } from "./page";
import { Run } from "./run/run";

type Later = Exclude<Page, "run">;

const fetchPage: Readonly<Record<Later, () => Promise<ComponentType>>> = {
  teach: async () => (await import("./teach/teach")).Teach,
  history: async () => (await import("./history/history")).History,
  plc: async () => (await import("./plc/plc")).Plc,
  system: async () => (await import("./system/system")).System,
};

const here = signal<Readonly<Partial<Record<Page, ComponentType>>>>({ run: Run });
const trouble = signal("");

/** The page that the address names. */
export function Shown() {
  const wanted = page.value;
  useEffect(() => void load(wanted), [wanted]);
  const Component = here.value[wanted];
  return Component ? <Component /> : <Coming page={wanted} />;
}

function Coming({ page }: { page: Page }) {
  return (
    <main>
      <h1 class="said">{text(`app.${page}`)}</h1>
      <Banner />
      {trouble.value ? (
        <div class="empty" role="alert">
          <p>{text("app.not_loaded", { reason: trouble.value })}</p>
          <button type="button" class="button" onClick={() => void load(page)}>
            {text("app.again")}
          </button>
        </div>
      ) : (
        <p class="empty">{text("app.loading")}</p>
      )}
    </main>
  );
}

async function load(wanted: Page): Promise<void> {
  trouble.value = "";
  if (wanted === "run" || here.value[wanted]) return;
  try {
    const [Component] = await Promise.all([fetchPage[wanted](), learnPart(wanted)]);
    here.value = { ...here.value, [wanted]: Component };
  } catch (error) {
    trouble.value = error instanceof Error ? error.message : String(error);
  }
}
