import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A component that is fetched when it is first needed. */
export function Later<Props extends object>({
  load,
  ...props
}: { load: () => Promise<ComponentType<Props>> } & Props) {
  const [Component, setComponent] = useState<ComponentType<Props> | null>(null);
  useEffect(() => void load().then((found) => setComponent(() => found)), [load]);
  return Component && <Component {...(props as unknown as Props)} />;
}
