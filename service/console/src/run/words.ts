import { number } from "../core/format";
import { text } from "../core/texts";

export function partsWords(count: number): string {
  return count === 1 ? text("banner.part_one") : text("banner.part_many", { count: number(count) });
}
