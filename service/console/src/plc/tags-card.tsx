import { useEffect, useState } from "preact/hooks";
import { number } from "../core/format";
import { TAG_GROUPS, type TagGroup } from "../core/tags";
import { text } from "../core/texts";
import { route } from "../page";
import { Icon } from "../parts/icon";
import css from "./plc.module.css";
import { usePolled } from "./polled";
import { TagRow } from "./tag-row";
import { EVERY_MS, group, refreshTags, rows, search, tags } from "./tags";

/** Every tag of both protocols: what it says, how good that is and how old. */
export function TagsCard() {
  usePolled(refreshTags, EVERY_MS);
  const asked = route.value.query.get("find");
  useEffect(() => {
    if (asked === null) return;
    group.value = "";
    search.value = asked;
  }, [asked]);
  const [open, setOpen] = useState("");
  const shown = rows.value;
  return (
    <section class={`card ${css.tags}`} data-testid="tags">
      <header>
        <h2>{text("tags.title")}</h2>
        <span class={`fine ${css.opt}`}>
          {text("tags.count", { shown: number(shown.length), all: number(tags.value.length) })}
        </span>
        <span class="push" />
        <GroupChoice />
        <Search />
      </header>
      <div class={css.scroll}>
        <table class={`table ${css.tagTable}`}>
          <Head />
          <tbody>
            {shown.map((tag) => (
              <TagRow
                key={tag.name}
                tag={tag}
                open={open === tag.name}
                onOpen={() => setOpen(open === tag.name ? "" : tag.name)}
              />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && tags.value.length > 0 && (
          <p class={`quiet ${css.note}`}>{text("tags.none")}</p>
        )}
      </div>
    </section>
  );
}

function Head() {
  return (
    <thead>
      <tr>
        <th scope="col">{text("tags.tag")}</th>
        <th scope="col" class={css.opt}>
          {text("tags.register")}
        </th>
        <th scope="col" class={css.opt}>
          {text("tags.type")}
        </th>
        <th scope="col" class={`num ${css.opt}`}>
          {text("tags.raw")}
        </th>
        <th scope="col" class="num">
          {text("tags.value")}
        </th>
        <th scope="col">{text("tags.quality")}</th>
        <th scope="col" class="num">
          {text("tags.age")}
        </th>
      </tr>
    </thead>
  );
}

function GroupChoice() {
  return (
    <span class={`input ${css.choice}`}>
      <select
        aria-label={text("tags.group")}
        value={group.value}
        onInput={(event) => {
          group.value = event.currentTarget.value as TagGroup | "";
        }}
      >
        <option value="">{text("tags.all")}</option>
        {TAG_GROUPS.map((one) => (
          <option value={one} key={one}>
            {text(`tags.group_${one}`)}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </span>
  );
}

function Search() {
  return (
    <span class={`input ${css.find}`}>
      <Icon name="search" />
      <input
        type="search"
        aria-label={text("tags.find")}
        placeholder={text("tags.find")}
        autocomplete="off"
        spellcheck={false}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
    </span>
  );
}
