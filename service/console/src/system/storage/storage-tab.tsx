import { text } from "../../core/texts";
import { Cards, Trouble } from "../told";
import { KeptCard } from "./kept-card";
import { LeftCard } from "./left-card";
import { LimitsCard } from "./limits-card";
import { PinsCard } from "./pins-card";
import { trouble } from "./storage";

/** For how long the disk will do, and what is kept on it. */
export function StorageTab() {
  return (
    <Cards label={text("system.storage")}>
      <Trouble words={trouble.value} />
      <LeftCard />
      <KeptCard />
      <LimitsCard />
      <PinsCard />
    </Cards>
  );
}
