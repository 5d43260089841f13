import type { ComponentChildren } from "preact";

export interface Tab<Name extends string> {
  name: Name;
  title: ComponentChildren;
  href: string; // each tab has an address
}

/** The parts of a page; the address says which is open. */
export function Tabs<Name extends string>(props: {
  label: string;
  tabs: readonly Tab<Name>[];
  open: Name;
}) {
  return (
    <nav class="tabs" aria-label={props.label}>
      {props.tabs.map(({ name, title, href }) => (
        <a
          href={href}
          key={name}
          aria-current={props.open === name ? "page" : undefined}
          ref={(link) => {
            if (link && props.open === name)
              link.scrollIntoView({ block: "nearest", inline: "nearest" });
          }}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
