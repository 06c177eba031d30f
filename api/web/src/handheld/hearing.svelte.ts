/** Who hears scans and keys now: the page on top. */
export interface Listener {
  scanned(raw: string, symbology?: string): void;
  typed(key: string): void;
  wantsKeys(): boolean;
}

const stack: Listener[] = [];

export const listener: Listener = {
  scanned: (raw, symbology) => stack.at(-1)?.scanned(raw, symbology),
  typed: (key) => stack.at(-1)?.typed(key),
  wantsKeys: () => stack.at(-1)?.wantsKeys() ?? false,
};

/** Use in `$effect`: `heard` hears until the component goes. */
export function hear(heard: Listener): () => void {
  stack.push(heard);
  return () => void stack.splice(stack.indexOf(heard), 1);
}
