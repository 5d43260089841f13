import { text } from "../../core/texts";
import css from "../system.module.css";
import { storage } from "./storage";
import { leftWords, limitWords } from "./words";

/** Every limit with its setting, the one that comes first at the top. */
export function LimitsCard() {
  const said = storage.value;
  if (!said) return null;
  return (
    <section class="card" data-testid="limits">
      <header>
        <h2>{text("limit.title")}</h2>
      </header>
      <div class={css.scroll}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{text("limit.when")}</th>
              <th scope="col" class={css.opt}>
                {text("limit.setting")}
              </th>
              <th scope="col" class="num">
                {text("storage.left")}
              </th>
            </tr>
          </thead>
          <tbody>
            {said.limits.map((limit) => (
              <tr key={limit.setting}>
                <td>{limitWords(limit)}</td>
                <td class={`mono nowrap ${css.opt}`}>{limit.setting}</td>
                <td class="num">{leftWords(limit.days_left)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class={`body fine ${css.sentence}`}>{text("limit.how")}</p>
    </section>
  );
}
