import { Mark } from "./mark";

/** Something takes its time: a turning ring and what it is. */
export function Busy({ words }: { words: string }) {
  return (
    <p class="busy" role="status">
      <Mark name="busy" />
      {words}
    </p>
  );
}
