import { shownFile } from "../shown-file";
import { imageSize, seen, viewport } from "../view";

/** Where in the image one looks, while it is larger than its window. */
export function Navigator() {
  const file = shownFile.value;
  if (viewport.fitted.value || !file) return null;
  const { width, height } = imageSize.value;
  const { left, top, right, bottom } = seen.value;
  const share = (value: number, of: number) => `${(100 * value) / of}%`;
  const box = {
    x: share(left, width),
    y: share(top, height),
    width: share(right - left, width),
    height: share(bottom - top, height),
  };
  return (
    <div class="navigator" aria-hidden="true" data-testid="navigator">
      <img src={file.url} alt="" />
      <svg aria-hidden="true">
        <rect class="halo" {...box} />
        <rect class="core" {...box} />
      </svg>
    </div>
  );
}
