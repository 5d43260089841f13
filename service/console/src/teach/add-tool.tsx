import { useEffect, useState } from "preact/hooks";
import { apiAddress } from "../core/api";
import type { Tool } from "../core/contract";
import { text } from "../core/texts";
import { Busy } from "../parts/busy";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { addStep } from "./steps";
import css from "./teach.module.css";
import { GROUP_TEXTS, tools } from "./tools";

/** All tools, by purpose, each with its picture and one sentence. */
export function AddTool({ onClose }: { onClose: () => void }) {
  const [wanted, setWanted] = useState("");
  const words = wanted.trim().toLowerCase();
  const found = tools.value.filter(({ type, title, summary }) =>
    [type, title, summary].some((said) => said.toLowerCase().includes(words)),
  );
  const add = (type: string) => {
    addStep(type);
    onClose();
  };
  const groups = [...new Set(found.map(({ group }) => group))];
  // What is called so goes before what only mentions it.
  const first = found.find(({ title }) => title.toLowerCase().startsWith(words)) ?? found[0];
  const loading = tools.value.length === 0;
  const [taken, setTaken] = useState(false); // by Enter, before the tools were there
  useEffect(() => {
    if (taken && first) add(first.type);
  }, [taken, first]);
  return (
    <Dialog wide title={text("teach.add_tool")} onClose={onClose}>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          setTaken(words !== "" && (loading || first !== undefined));
        }}
      >
        <label class="said" for="tool-search">
          {text("teach.search_tool")}
        </label>
        <span class="input">
          <Icon name="search" />
          <input
            id="tool-search"
            type="search"
            placeholder={text("teach.search_tool")}
            value={wanted}
            autocomplete="off"
            autofocus
            onInput={(event) => {
              setWanted(event.currentTarget.value);
              setTaken(false);
            }}
          />
        </span>
      </form>
      {loading && <Busy words={text("app.loading")} />}
      {!loading && found.length === 0 && (
        <p class="quiet">{text("teach.no_such_tool", { words: wanted })}</p>
      )}
      {groups.map((group) => (
        <section key={group} aria-label={text(GROUP_TEXTS[group])}>
          <h3>{text(GROUP_TEXTS[group])}</h3>
          <ul class={css.offer}>
            {found
              .filter((tool) => tool.group === group)
              .map((tool) => (
                <Offer key={tool.type} of={tool} onAdd={() => add(tool.type)} />
              ))}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}

function Offer({ of, onAdd }: { of: Tool; onAdd: () => void }) {
  return (
    <li>
      <button type="button" data-testid={`add-${of.type}`} onClick={onAdd}>
        <img
          src={apiAddress(`tools/${of.type}/picture`)}
          alt=""
          loading="lazy"
          width="96"
          height="72"
        />
        <span>
          <b>{of.title}</b>
          <small class="quiet">{of.summary}</small>
        </span>
      </button>
    </li>
  );
}
