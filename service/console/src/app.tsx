import { useEffect } from "preact/hooks";
import { text } from "./core/texts";
import { AlarmList } from "./frame/alarms";
import { PlcDetails } from "./frame/plc";
import { Rail } from "./frame/rail";
import { TopLine } from "./frame/top-line";
import { page } from "./page";
import { Run } from "./run/run";
import { hello } from "./station";
import { System } from "./system/system";

export function App() {
  const station = hello.value?.station;
  const shown = text(page.value === "system" ? "app.system" : "app.run");
  useEffect(() => {
    document.title = station ? text("app.title", { page: shown, station }) : shown;
  }, [station, shown]);
  return (
    <>
      <TopLine />
      <Rail />
      {page.value === "system" ? <System /> : <Run />}
      <AlarmList />
      <PlcDetails />
    </>
  );
}
