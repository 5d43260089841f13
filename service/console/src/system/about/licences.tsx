import type { Package } from "../../core/contract";
import { text } from "../../core/texts";
import css from "../system.module.css";

/** A table of what something is made of. */
export function Licences({ packages, label }: { packages: readonly Package[]; label: string }) {
  return (
    <details class={css.details}>
      <summary>
        {label} <small class="fine">{packages.length}</small>
      </summary>
      <div class={css.scroll}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{text("about.name")}</th>
              <th scope="col">{text("about.version")}</th>
              <th scope="col">{text("about.licence")}</th>
            </tr>
          </thead>
          <tbody>
            {packages.map(({ name, version, licence }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="nowrap">{version}</td>
                <td>{licence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
