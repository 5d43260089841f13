import { useEffect } from "preact/hooks";
import type { Incoming, IncomingArchive } from "../../core/contract";
import { bytes, day, number } from "../../core/format";
import { type TextKey, text } from "../../core/texts";
import { Busy } from "../../parts/busy";
import { Icon } from "../../parts/icon";
import { stale } from "../../station";
import css from "../system.module.css";
import { Card, Facts, Trouble } from "../told";
import {
  EVERY_MS,
  incoming,
  keepSettings,
  lookAgain,
  passphrase,
  restore,
  send,
  sending,
  throwAway,
} from "./incoming";

const BUSY: Readonly<Partial<Record<Incoming["phase"], TextKey>>> = {
  upload: "restore.uploading",
  check: "restore.checking",
  restore: "restore.restoring",
  restart: "restore.restarting",
};

/** An archive is sent, looked through and told before anything is replaced. */
export function RestoreCard() {
  useEffect(() => incoming.watch(EVERY_MS), []);
  const said = incoming.value.value;
  const busy = said ? BUSY[said.phase] : undefined;
  return (
    <Card title={text("backup.restore")} wide testid="restore">
      <div class={`body ${css.make}`}>
        <p>{text("restore.how")}</p>
        <Trouble words={sending.value ? "" : incoming.trouble.value} />
        {said && busy && <Working said={said} words={text(busy)} />}
        {said?.phase === "refused" && (
          <Trouble words={text("restore.refused", { reason: said.failure })} />
        )}
        {said?.archive && <Found said={said.archive} />}
        {said && !busy && said.phase !== "" && <Choices said={said} />}
        {said && !busy && <Send again={said.phase !== ""} />}
      </div>
    </Card>
  );
}

function Working({ said, words }: { said: Incoming; words: string }) {
  const { done, total } = said;
  return (
    <div class={css.progress}>
      <Busy words={words} />
      <progress
        aria-label={text("backup.restore")}
        value={total ? done : undefined}
        max={total || 1}
      />
    </div>
  );
}

function Send({ again }: { again: boolean }) {
  return (
    <div class="field">
      <label for="restore-file">{text(again ? "restore.another" : "restore.choose")}</label>
      <span class="input">
        <input
          id="restore-file"
          type="file"
          accept=".zip"
          disabled={stale.value || sending.value}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void send(file);
          }}
        />
      </span>
    </div>
  );
}

/** What it is, and what would go aside for it. */
function Found({ said }: { said: IncomingArchive }) {
  return (
    <>
      <Facts
        of={[
          [text("restore.station"), said.station],
          [text("restore.made"), day(Date.parse(said.made_at))],
          [text("restore.release"), said.release],
          [text("restore.results"), text("restore.up_to", { number: number(said.last_number) })],
          [text("restore.recipes"), said.recipes.join(", ") || text("restore.nothing")],
          [text("restore.images"), number(said.images)],
          [text("restore.identity"), text(said.identity ? "restore.sealed" : "restore.not_in_it")],
          [text("restore.size"), bytes(said.unpacked)],
          [text("restore.next"), number(said.next_number)],
        ]}
      />
      {[...said.left_out, ...said.notes].map((note) => (
        <Trouble key={note} words={note} />
      ))}
      <details class={css.details}>
        <summary>{text("restore.replaced", { count: number(said.replaced.length) })}</summary>
        <ul class="fine">
          {said.replaced.map((path) => (
            <li key={path}>{path}</li>
          ))}
        </ul>
        <p class="fine">{text("restore.aside", { folder: said.aside })}</p>
      </details>
    </>
  );
}

function Choices({ said }: { said: Incoming }) {
  return (
    <>
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={keepSettings.value}
        disabled={!said.settings_writable}
        onClick={() => {
          keepSettings.value = !keepSettings.value;
          void lookAgain();
        }}
      >
        <i />
        {text("restore.keep_settings")}
      </button>
      {!said.settings_writable && <p class="why">{text("restore.settings_fixed")}</p>}
      {(said.archive?.identity || passphrase.value !== "") && <Passphrase />}
      <div class={css.acts}>
        <button type="button" class="button plain" onClick={() => void throwAway()}>
          <Icon name="trash" />
          {text("restore.throw_away")}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={stale.value || said.phase !== "ready"}
          onClick={() => void restore()}
        >
          {text("restore.now")}
        </button>
      </div>
    </>
  );
}

function Passphrase() {
  return (
    <div class="field">
      <label for="restore-passphrase">{text("restore.passphrase")}</label>
      <span class="input">
        <input
          id="restore-passphrase"
          type="password"
          autocomplete="off"
          aria-describedby="restore-passphrase-hint"
          value={passphrase.value}
          onChange={(event) => {
            passphrase.value = event.currentTarget.value;
            void lookAgain();
          }}
        />
      </span>
      <p class="hint" id="restore-passphrase-hint">
        {text("restore.passphrase_why")}
      </p>
    </div>
  );
}
