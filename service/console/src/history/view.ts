/** On small screens the images or the charts are seen. */
import { signal } from "@preact/signals";

export const showCharts = signal(false);
