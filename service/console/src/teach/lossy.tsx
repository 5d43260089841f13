import { text } from "../core/texts";

/** On a thumbnail: its original is a JPEG, so not every pixel is as the camera gave it. */
export function Lossy({ is }: { is: boolean }) {
  if (!is) return null;
  return (
    <span class="corner" role="img" aria-label={text("teach.lossy")} title={text("teach.lossy")}>
      JPEG
    </span>
  );
}
