import { useEffect } from "preact/hooks";
import { Gate } from "./access/gate";
import { UserMenu } from "./access/user-menu";
import { text } from "./core/texts";
import { Alarms } from "./frame/alarms";
import { CalledByKey } from "./frame/called";
import { ForcedBanner } from "./frame/forced-banner";
import { Plc } from "./frame/plc";
import { Rail } from "./frame/rail";
import { Recipes } from "./frame/recipe";
import { TopLine } from "./frame/top-line";
import { Kiosk } from "./kiosk/later";
import { page, route } from "./page";
import { Shown } from "./pages";
import { hello } from "./station";

/** The console, behind its gate. */
export function App() {
  return (
    <Gate>
      <Console />
    </Gate>
  );
}

function Console() {
  const station = hello.value?.station;
  const shown = text(`app.${page.value}`);
  useEffect(() => {
    document.title = station ? text("app.title", { page: shown, station }) : shown;
  }, [station, shown]);
  if (page.value === "run" && route.value.query.get("kiosk") === "1") {
    return (
      <>
        <Kiosk />
        <CalledByKey />
      </>
    );
  }
  return (
    <>
      <TopLine />
      <ForcedBanner />
      <Rail />
      <Shown />
      <Alarms />
      <Plc />
      <Recipes />
      <CalledByKey />
      <UserMenu />
    </>
  );
}
