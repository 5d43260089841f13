import { apiAddress } from "../../core/api";
import type { ImageSource } from "../../core/contract";
import { text } from "../../core/texts";
import { setQuery } from "../../page";
import { may } from "../../session";
import { dirty, job, reread, save, steps } from "../draft";
import { shownImage } from "../images";
import { toolOf } from "../tools";
import type { Taken } from "./calibrate";
import { CalibrationWizard } from "./wizard";

/** The wizard on the recipe that is taught. */
export function CalibrationPage() {
  return (
    <CalibrationWizard
      job={job.value ?? 0}
      image={shown()}
      steps={steps.value.map(({ name, tool }) => ({
        name,
        tool: tool.type,
        measures: toolOf(tool.type)?.measures.map((measure) => measure.name) ?? [],
      }))}
      beforeKeeping={async () => !dirty.value || save()}
      onKept={reread}
      onClose={() => setQuery({ calibrate: "" })}
      off={may("recipes") ? "" : text("calib.may_not")}
    />
  );
}

/** What Teach shows, where a request can name it. */
function shown(): Taken | null {
  const image = shownImage.value;
  if (!image || !("inspection" in image.source || "upload" in image.source)) return null;
  return {
    source: image.source as ImageSource,
    address: apiAddress(image.path),
    name: image.title,
    lossy: image.lossy,
  };
}
