import { signal } from "@preact/signals";
import type { StoredResult } from "../core/contract";
import { moment } from "../core/format";
import { type TextKey, text } from "../core/texts";
import { Icon, type IconName } from "../parts/icon";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { stationNow } from "../station";
import css from "./history.module.css";
import { detail, judge, type Verdict } from "./state";
import { verdictWords } from "./words";

const refused = signal("");

const CHOICES: readonly { verdict: Verdict; icon: IconName; key: string }[] = [
  { verdict: "real", icon: "check", key: "R" },
  { verdict: "false", icon: "x", key: "F" },
  { verdict: "unclear", icon: "help", key: "U" },
];

/** Why, in the second tap. */
const REASONS: Readonly<Record<Verdict, readonly TextKey[]>> = {
  real: [
    "history.why_damaged",
    "history.why_missing",
    "history.why_size",
    "history.why_wrong_part",
  ],
  false: ["history.why_dirt", "history.why_light", "history.why_position", "history.why_limit"],
  unclear: ["history.why_look", "history.why_image", "history.why_part_gone"],
};

export function mayReview(): boolean {
  return may("review") && detail.value !== null && detail.value.judgement !== "PASS";
}

/** One tap says it, the same again takes it back. */
export async function say(verdict: Verdict, why = ""): Promise<void> {
  const now = detail.value?.review;
  const back = now?.verdict === verdict && why === "";
  refused.value = await judge(back ? null : verdict, why);
}

/** Was the reject right? The first tap says it, a second one why. */
export function Review({ result }: { result: StoredResult }) {
  const review = result.review;
  const allowed = may("review");
  return (
    <div class={css.review} data-testid="review">
      <p class={css.question}>
        <b id="reject-right">{text("history.question")}</b>
        {review && (
          <span class="fine">
            {text("history.said", {
              by: review.by.replace(/^web /, ""),
              time: moment(review.at_us / 1000, stationNow.value),
            })}
          </span>
        )}
      </p>
      <fieldset class={`segmented ${css.bare}`} aria-labelledby="reject-right">
        {CHOICES.map(({ verdict, icon, key }) => (
          <button
            type="button"
            key={verdict}
            aria-pressed={review?.verdict === verdict}
            aria-keyshortcuts={key}
            disabled={!allowed}
            data-testid={`verdict-${verdict}`}
            onClick={() => void say(verdict)}
          >
            <Icon name={icon} />
            {verdictWords(verdict)}
          </button>
        ))}
      </fieldset>
      {!allowed && (
        <p class="why">
          <Icon name="lock" />
          <span>{text("history.may_not_review")}</span>
        </p>
      )}
      {review && allowed && <Why review={review} />}
      {refused.value && (
        <p class="why" role="alert">
          <Mark name="warn" />
          <span>{text("history.refused", { reason: refused.value })}</span>
        </p>
      )}
    </div>
  );
}

function Why({ review }: { review: NonNullable<StoredResult["review"]> }) {
  const listed = REASONS[review.verdict].map((key) => text(key));
  const reasons =
    review.reason && !listed.includes(review.reason) ? [review.reason, ...listed] : listed;
  return (
    <fieldset class={css.reasons} aria-label={text("history.why")}>
      {reasons.map((why) => (
        <button
          type="button"
          class="button"
          key={why}
          aria-pressed={review.reason === why}
          onClick={() => void say(review.verdict, why)}
        >
          {why}
        </button>
      ))}
    </fieldset>
  );
}
