import { useState } from "preact/hooks";
import { post } from "../../core/api";
import { text } from "../../core/texts";
import { may } from "../../session";
import { stale, state } from "../../station";
import { reasonOf } from "../asked";
import { NotAllowed, Trouble } from "../told";
import { setup } from "./live";

const BY_ENGINEER = 1; // OfflineReason

/** A camera of the line is free while no part can be triggered: whoever sets it up takes the station offline here. */
export function OnlineSwitch() {
  const [trouble, setTrouble] = useState("");
  const now = state.value;
  if (!now || setup.value.value?.simulated !== false) return null;
  if (!now.online && now.offline_code !== BY_ENGINEER) return null;
  const turn = async () => {
    try {
      await post("station/online", { online: !now.online });
      setTrouble("");
      await setup.refresh();
    } catch (error) {
      setTrouble(reasonOf(error));
    }
  };
  return (
    <div>
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={now.online}
        disabled={stale.value || !may("online")}
        onClick={() => void turn()}
      >
        <i />
        {text("camera.station_online")}
      </button>
      <NotAllowed action="online" whose="engineer" />
      <Trouble words={trouble} />
    </div>
  );
}
