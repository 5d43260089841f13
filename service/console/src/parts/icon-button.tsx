import { Icon, type IconName } from "./icon";

/** A button that is a drawing alone: its name is read aloud, and shown where the pointer rests. */
export function IconButton(props: {
  icon: IconName;
  name: string;
  act: () => void;
  off?: boolean;
  pressed?: boolean;
  more?: string | undefined; // classes
  testid?: string;
}) {
  return (
    <button
      type="button"
      class={`button icon-only plain ${props.more ?? ""}`}
      aria-label={props.name}
      title={props.name}
      aria-pressed={props.pressed}
      disabled={props.off}
      data-testid={props.testid}
      onClick={props.act}
    >
      <Icon name={props.icon} />
    </button>
  );
}
