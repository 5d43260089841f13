import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { route } from "../page";
import { Later } from "../parts/later";
import { ended, session, shut } from "../session";
import type { AccessDialog } from "./dialogs";

const WATCHES = "console.watches";

/** The dialog that somebody asked for. */
export const asked = signal<AccessDialog | "">("");

const watches = signal(sessionStorage.getItem(WATCHES) === "yes"); // in this tab

/** The console for whoever may look, the door for everybody else; over both what the session has to say. */
export function Gate({ children }: { children: ComponentChildren }) {
  return (
    <>
      {atTheDoor() ? <Later load={door} onWatch={watch} /> : children}
      {ended.value && <Later load={over} />}
      {asked.value && <Later load={dialog} name={asked.value} onClose={close} />}
    </>
  );
}

/** Whoever watches says so once; a screen on the wall has nobody to say it. */
function atTheDoor(): boolean {
  if (ended.value) return false;
  if (shut.value) return true;
  return session.value?.by === "watching" && !watches.value && !route.value.query.has("kiosk");
}

function watch(): void {
  watches.value = true;
  sessionStorage.setItem(WATCHES, "yes");
}

function close(): void {
  asked.value = "";
}

const door = async () => (await import("./door")).Door;
const over = async () => (await import("./dialogs")).Ended;
const dialog = async () => (await import("./dialogs")).Asked;
