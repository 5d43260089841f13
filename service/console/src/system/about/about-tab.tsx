import { useEffect } from "preact/hooks";
import type { About, Package } from "../../core/contract";
import { age, bytes } from "../../core/format";
import { text } from "../../core/texts";
import { Asked } from "../asked";
import { Card, Cards, Facts, Trouble } from "../told";
import { ConsoleLicences } from "./console-licences";
import { DiagnosisCard } from "./diagnosis-card";
import { Licences } from "./licences";

const about = new Asked<About>("about");

/** What runs here, and what it is made of. */
export function AboutTab() {
  useEffect(() => about.watch(), []);
  const said = about.value.value;
  return (
    <Cards label={text("system.about")}>
      <Trouble words={about.trouble.value} />
      {said && (
        <>
          <Card title={text("about.station")} testid="about">
            <Facts
              of={[
                [text("about.version"), said.version],
                [text("about.console"), said.build || text("about.not_built")],
                [text("about.python"), said.python],
                [text("about.camera"), said.camera],
                [text("about.browser"), browser()],
              ]}
            />
          </Card>
          <Card title={text("about.machine")}>
            <Facts
              of={[
                [text("about.model"), said.machine],
                [text("about.system"), said.system],
                [text("about.processors"), String(said.processors)],
                [text("about.memory"), bytes(said.memory_mb * 2 ** 20)],
                [text("about.up"), age(said.up_s * 1000)],
              ]}
            />
          </Card>
          <DiagnosisCard />
          <Releases said={said} />
          <LicencesCard packages={said.packages} />
        </>
      )}
    </Cards>
  );
}

/** Which releases are there for an upgrade, or for the way back. */
function Releases({ said }: { said: About }) {
  const { current, previous, releases } = said.installed;
  return (
    <Card title={text("about.releases")} wide>
      <div class="body">
        {current ? (
          <Facts
            of={[
              [text("about.current"), current],
              [text("about.previous"), previous || text("about.none")],
              [text("about.there"), releases.join(", ")],
            ]}
          />
        ) : (
          <p class="quiet">{text("about.from_folder")}</p>
        )}
      </div>
    </Card>
  );
}

function LicencesCard({ packages }: { packages: readonly Package[] }) {
  return (
    <Card title={text("about.licences")} wide testid="licences">
      <Licences packages={packages} label={text("about.of_server")} />
      <ConsoleLicences />
    </Card>
  );
}

/** Name and version of this browser, as far as it says. */
function browser(): string {
  const found = /(Firefox|Edg|Chrome|Version)\/[\d.]+/.exec(navigator.userAgent);
  return found ? found[0].replace("/", " ").replace("Edg ", "Edge ") : navigator.userAgent;
}
