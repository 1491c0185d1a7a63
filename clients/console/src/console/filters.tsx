/** What a list is narrowed by: it goes into the address, so that a list can be linked to. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { linkTo } from "./place.ts";

interface FiltersProps<T extends Record<string, string>> {
  path: string;
  begun: T;
  children: (said: T, say: (change: Partial<T>) => void) => ComponentChildren;
}

export function Filters<T extends Record<string, string>>({ path, begun, children }: FiltersProps<T>) {
  const [said, setSaid] = useState(begun);
  return (
    <form
      class="filters"
      aria-label="Filters"
      onSubmit={(event) => {
        event.preventDefault();
        location.hash = linkTo(path, said);
      }}
    >
      {children(said, (change) => setSaid((before) => ({ ...before, ...change })))}
      <div class="buttons">
        <button type="submit" class="first">
          Show
        </button>
      </div>
    </form>
  );
}
