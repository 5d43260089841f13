/** Show an image that was measured in the stage. */
import { shownImage, type TeachImage } from "../images";
import type { Member } from "./values";

export function show({ key, source, title, small, lossy }: Member): void {
  shownImage.value = {
    key,
    source,
    title,
    small,
    path: pathOf(small),
    judgement: null,
    lossy,
  } satisfies TeachImage;
}

/** The file beside its thumbnail, below the API. */
function pathOf(small: string): string {
  return new URL(small, document.baseURI).pathname
    .replace(/^.*\/api\/v1\//, "")
    .replace(/\/thumbnail$/, "/image");
}
