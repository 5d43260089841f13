import { useState } from "preact/hooks";
import type { Alarm } from "../../core/contract";
import { text } from "../../core/texts";
import { Dialog } from "../../parts/dialog";
import { Trouble } from "../told";
import { comment, trouble } from "./care";

const MOST = 500; // characters

/** Words that stay with the alarm for the next shift. */
export function CommentDialog({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const [words, setWords] = useState(alarm.comment);
  const keep = async () => {
    if (await comment(alarm.number, words.trim())) onClose();
  };
  return (
    <Dialog
      title={text("alarmtab.comment_on", { number: alarm.number })}
      onClose={onClose}
      footer={
        <>
          <button type="button" class="button plain" onClick={onClose}>
            {text("system.not_yet")}
          </button>
          <button type="button" class="button primary" onClick={() => void keep()}>
            {text("alarmtab.keep")}
          </button>
        </>
      }
    >
      <div class="field">
        <label for="comment">{text("alarmtab.words")}</label>
        <span class="input">
          <textarea
            id="comment"
            rows={3}
            maxLength={MOST}
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </span>
      </div>
      <Trouble words={trouble.value} />
    </Dialog>
  );
}
