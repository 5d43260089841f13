import { useEffect } from "preact/hooks";
import type { SignedIn } from "../../core/contract";
import { age, moment } from "../../core/format";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { stale, stationNow } from "../../station";
import { ROLES } from "../keys";
import css from "../system.module.css";
import { Card, Trouble } from "../told";
import { EVERY_MS, end, sessions } from "./sessions";

const HERE_MS = 15_000; // a page that is open is seen more often

/** Who is signed in now, from where and since when; any of them can be ended. */
export function SessionsCard() {
  useEffect(() => sessions.watch(EVERY_MS), []);
  const found = sessions.value.value;
  if (!found) return <Trouble words={sessions.trouble.value} />;
  return (
    <Card title={text("sessions.title")} wide testid="sessions">
      <Trouble words={sessions.trouble.value} />
      {found.length === 0 && <p class="body quiet">{text("sessions.none")}</p>}
      <ul class={css.rows}>
        {found.map((one) => (
          <Row key={one.id} one={one} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ one }: { one: SignedIn }) {
  return (
    <li class={css.user} data-testid={`session-${one.id}`}>
      <Icon name="user" />
      <div class={css.said}>
        <p class="strong">{one.user}</p>
        <p class="fine">{words(one)}</p>
      </div>
      <span class="badge plain">{text(ROLES[one.role])}</span>
      <div class={css.acts}>
        {one.own ? (
          <span class="fine">{text("sessions.own")}</span>
        ) : (
          <button
            type="button"
            class="button"
            aria-label={text("sessions.end_one", { name: one.user, address: one.address })}
            disabled={stale.value}
            onClick={() => void end(one)}
          >
            {text("sessions.end")}
          </button>
        )}
      </div>
    </li>
  );
}

function words(one: SignedIn): string {
  const now = stationNow.value;
  const ago = now - one.seen_us / 1000;
  const said = [
    text("sessions.since", { time: moment(one.since_us / 1000, now) }),
    ago < HERE_MS ? text("sessions.here") : text("sessions.seen", { age: age(ago) }),
    one.address && text("sessions.from", { address: one.address }),
    one.rests && text("sessions.rests"),
  ];
  return said.filter(Boolean).join(" · ");
}
