import { text } from "../../core/texts";
import { setSingleKeys, singleKeys } from "./shortcuts";

/** Whether single letters and signs do something in this browser. */
export function SingleKeysSwitch() {
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={singleKeys.value}
      onClick={() => setSingleKeys(!singleKeys.value)}
    >
      <i />
      {text("keys.single")}
    </button>
  );
}
