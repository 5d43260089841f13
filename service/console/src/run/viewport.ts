/** How Run's picture lies in its window; kept over frames of one size, so that nothing is laid out anew. */
import { computed } from "@preact/signals";
import { shown } from "../live";
import { Viewport } from "../picture/viewport";

const width = computed(() => shown.value?.width ?? 4);
const height = computed(() => shown.value?.height ?? 3);

export const viewport = new Viewport(
  computed(() => ({ width: width.value, height: height.value })),
);
