import { useEffect } from "preact/hooks";
import { text } from "./core/texts";
import { AlarmList } from "./frame/alarms";
import { PlcDetails } from "./frame/plc";
import { Rail } from "./frame/rail";
import { TopLine } from "./frame/top-line";
import { Run } from "./run/run";
import { hello } from "./station";

export function App() {
  const station = hello.value?.station;
  useEffect(() => {
    document.title = station
      ? text("app.title", { page: text("app.run"), station })
      : text("app.run");
  }, [station]);
  return (
    <>
      <TopLine />
      <Rail />
      <Run />
      <AlarmList />
      <PlcDetails />
    </>
  );
}
