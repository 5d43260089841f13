import { moment } from "../core/format";
import { text } from "../core/texts";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { stationNow } from "../station";
import { conflict, problems, restored, save, trouble, undo } from "./draft";
import { trouble as imageTrouble } from "./images";
import { trialTrouble } from "./trial";

/** What a person should know of the draft before the next press. */
export function Notices() {
  const words = trouble.value || imageTrouble.value || trialTrouble.value;
  return (
    <>
      {!may("recipes") && (
        <p class="banner warn">
          <Mark name="warn" />
          {text("teach.may_not")}
        </p>
      )}
      {restored.value !== null && !conflict.value && <Restored at={restored.value} />}
      {words && (
        <div class="banner warn" role="alert">
          <Mark name="warn" />
          <div>{words}</div>
        </div>
      )}
    </>
  );
}

function Restored({ at }: { at: number }) {
  const forgetThem = () => {
    undo();
    restored.value = null;
  };
  return (
    <div class="banner" role="status" data-testid="restored">
      <div>
        <b>{text("teach.restored")}</b>{" "}
        {text("teach.restored_of", { time: moment(at, stationNow.value) })}
      </div>
      <button type="button" class="button plain" onClick={forgetThem}>
        {text("teach.restored_undo")}
      </button>
      <button type="button" class="button" onClick={() => void save()}>
        {text("teach.save")}
      </button>
    </div>
  );
}

/** How many things keep the draft from being released. */
export function problemCount(): number {
  return Object.keys(problems.value).length;
}
