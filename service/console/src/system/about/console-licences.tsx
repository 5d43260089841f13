import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { httpAddress } from "../../core/address";
import type { Package } from "../../core/contract";
import { text } from "../../core/texts";
import { reasonOf } from "../asked";
import { Trouble } from "../told";
import { Licences } from "./licences";

const packages = signal<readonly Package[]>([]);
const trouble = signal("");

/** What this page is made of: the build has written it down. */
export function ConsoleLicences() {
  useEffect(() => void load(), []);
  return (
    <>
      <Trouble words={trouble.value} />
      {packages.value.length > 0 && (
        <Licences packages={packages.value} label={text("about.of_console")} />
      )}
    </>
  );
}

async function load(): Promise<void> {
  try {
    const answer = await fetch(httpAddress("assets/licences.json"), { cache: "no-cache" });
    if (!answer.ok) throw new Error(answer.statusText);
    packages.value = await answer.json();
    trouble.value = "";
  } catch (error) {
    trouble.value = reasonOf(error);
  }
}
