import type { RegionKind } from "../core/regions/region";
import type { TextKey } from "../core/texts";

/** What people call the shapes. */
export const KIND_TEXTS: Readonly<Record<RegionKind, TextKey>> = {
  rectangle: "teach.kind_rectangle",
  circle: "teach.kind_circle",
  ring_sector: "teach.kind_ring_sector",
  polygon: "teach.kind_polygon",
  line: "teach.kind_line",
  path: "teach.kind_path",
};
