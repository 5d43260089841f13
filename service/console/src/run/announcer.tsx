import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { reasonOf } from "../core/reason";
import { results } from "../station";

const QUIET_MS = 2000;
const words = signal("");
let saidAt = Number.NEGATIVE_INFINITY;

/** Read aloud what failed, at most each two seconds; what passes is not announced. */
export function Announcer() {
  const result = results.value[0];
  useEffect(() => {
    if (!result || result.judgement === "PASS" || performance.now() - saidAt < QUIET_MS) return;
    saidAt = performance.now();
    words.value = `${result.judgement}. ${reasonOf(result)}`;
  }, [result?.number]);
  return (
    <p class="said" role="status">
      {words.value}
    </p>
  );
}
