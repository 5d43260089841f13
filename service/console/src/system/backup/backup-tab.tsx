import { useEffect } from "preact/hooks";
import { apiAddress, post } from "../../core/api";
import type { Backups } from "../../core/contract";
import { bytes, day, number } from "../../core/format";
import { text } from "../../core/texts";
import { Busy } from "../../parts/busy";
import { Icon } from "../../parts/icon";
import { may } from "../../session";
import { stale } from "../../station";
import { Asked } from "../asked";
import css from "../system.module.css";
import { Card, Cards, NotAllowed, Trouble } from "../told";
import { RestoreCard } from "./restore-card";

const EVERY_MS = 1500;
const backups = new Asked<Backups>("backups");

/** One archive has everything that makes a station this station: make it, follow it, take it away. */
export function BackupTab() {
  const allowed = may("backup");
  useEffect(() => (allowed ? backups.watch(EVERY_MS) : undefined), [allowed]);
  const said = backups.value.value;
  return (
    <Cards label={text("system.backup")}>
      <NotAllowed action="backup" whose="administrator" />
      <Trouble words={backups.trouble.value} />
      {said && (
        <>
          <Card title={text("backup.make")} wide testid="backup-make">
            <div class={`body ${css.make}`}>
              <p>{text(said.sealed ? "backup.sealed" : "backup.unsealed")}</p>
              <Make said={said} />
              {said.failure && <Trouble words={text("backup.failed", { reason: said.failure })} />}
            </div>
          </Card>
          <Card title={text("backup.archives")} wide testid="backups">
            <Archives said={said} />
          </Card>
          <RestoreCard />
        </>
      )}
    </Cards>
  );
}

function Make({ said }: { said: Backups }) {
  if (said.running) {
    const { what, done, total } = said.running;
    return (
      <div class={css.progress}>
        <Busy words={text("backup.running", { what, done: bytes(done) })} />
        <progress
          aria-label={text("backup.make")}
          value={total ? done : undefined}
          max={total || 1}
        />
      </div>
    );
  }
  return (
    <button
      type="button"
      class="button primary"
      disabled={stale.value}
      onClick={() => void backups.take(() => post<Backups>("backups"))}
    >
      {text("backup.now")}
    </button>
  );
}

function Archives({ said }: { said: Backups }) {
  if (said.archives.length === 0) return <p class="body quiet">{text("backup.none")}</p>;
  return (
    <ul class={css.rows}>
      {said.archives.map(({ name, made_at_us, size }) => (
        <li class={css.archive} key={name}>
          <div class={css.said}>
            <p>{day(made_at_us / 1000)}</p>
            <p class="fine">{`${name} · ${bytes(size)}`}</p>
          </div>
          <a
            class="button"
            href={apiAddress(`backups/${name}`)}
            download={name}
            aria-label={text("backup.download_one", { name })}
          >
            <Icon name="download" />
            {text("backup.download")}
          </a>
        </li>
      ))}
      <li class="fine">
        {text("backup.folder", { folder: said.folder, count: number(said.archives.length) })}
      </li>
    </ul>
  );
}
