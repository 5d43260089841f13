/** The part that Run speaks of: the one on a stopped picture, else the newest. */
import { computed } from "@preact/signals";
import { frozen, opened, shown } from "../live";
import { results } from "../station";

const chosen = computed(
  () => opened.value ?? (frozen.value ? shown.value?.inspection_id : null) ?? null,
);

export const subject = computed(
  () => results.value.find(({ number }) => number === chosen.value) ?? results.value[0] ?? null,
);
