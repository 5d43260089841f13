import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { days } from "../core/format";
import { type TextKey, text } from "../core/texts";
import { Banner } from "../frame/banner";
import { route } from "../page";
import { Tabs } from "../parts/tabs";
import { alarms } from "../station";
import { AboutTab } from "./about/about-tab";
import { AlarmsTab } from "./alarms/alarms-tab";
import { BackupTab } from "./backup/backup-tab";
import { CameraTab } from "./camera/camera-tab";
import { LogTab } from "./log/log-tab";
import { NetworkTab } from "./network/network-tab";
import { SettingsTab } from "./settings/settings-tab";
import { storage, watchStorage } from "./storage/storage";
import { StorageTab } from "./storage/storage-tab";
import css from "./system.module.css";
import { UsersTab } from "./users/users-tab";

const TABS = {
  camera: [CameraTab, "system.camera"],
  alarms: [AlarmsTab, "system.alarms"],
  network: [NetworkTab, "system.network"],
  users: [UsersTab, "system.users"],
  settings: [SettingsTab, "system.settings"],
  log: [LogTab, "system.log"],
  backup: [BackupTab, "system.backup"],
  storage: [StorageTab, "system.storage"],
  about: [AboutTab, "system.about"],
} satisfies Record<string, readonly [ComponentType, TextKey]>;

type TabName = keyof typeof TABS;
const NAMES = Object.keys(TABS) as TabName[];

/** System: the shop around the line. */
export function System() {
  useEffect(watchStorage, []);
  const open = NAMES.find((name) => name === route.value.path[0]) ?? "alarms";
  const [Open] = TABS[open];
  return (
    <main class={css.system}>
      <h1 class="said">{text("app.system")}</h1>
      <Banner />
      <div class={`subbar ${css.subbar}`}>
        <Tabs
          label={text("app.system")}
          open={open}
          tabs={NAMES.map((name) => ({ name, href: `#/system/${name}`, title: title(name) }))}
        />
      </div>
      <Open key={open} />
    </main>
  );
}

/** With the one number that people look for. */
function title(name: TabName) {
  const said = aside(name);
  return (
    <>
      {text(TABS[name][1])}
      {said && <small>{said}</small>}
    </>
  );
}

function aside(name: TabName): string {
  if (name === "alarms") return alarms.value.length > 0 ? String(alarms.value.length) : "";
  const left = name === "storage" ? storage.value?.days_left : null;
  return typeof left === "number" ? days(left) : "";
}
