import { ClientsCard } from "./clients-card";
import { DoctorCards } from "./doctor-cards";
import css from "./plc.module.css";
import { TagsCard } from "./tags-card";
import { WaveCard } from "./wave-card";

/** Handshake and tags. */
export function TagsPart() {
  return (
    <div class={css.body}>
      <WaveCard />
      <div class={css.say}>
        <DoctorCards />
        <ClientsCard />
      </div>
      <TagsCard />
    </div>
  );
}
