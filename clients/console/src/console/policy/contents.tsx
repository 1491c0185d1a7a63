/** The parts of a pack, to go to; while one looks for something, with how much of it each has. */
import { useEffect } from "preact/hooks";
import { linkTo } from "../place.ts";
import type { Finds } from "./finding.ts";
import { foundRows, isFound, type LaidOut } from "./sections.tsx";

interface ContentsProps {
  path: string;
  /** The part that the address names: one goes there at once. */
  part: string;
  /** How many of them are found. */
  rules: number;
  sections: readonly LaidOut[];
  finds: Finds;
}

export function Contents({ path, part, rules, sections, finds }: ContentsProps) {
  useEffect(() => goTo(part), [part]);
  const found = sections.filter((one) => isFound(one, finds));
  const parts = [
    { name: "rules", words: `Rules (${rules})` },
    ...found.map((one) => ({ name: one.name, words: `${one.title} (${foundRows([one], finds)})` })),
  ];
  return (
    <nav aria-label="On this page" class="contents">
      {parts.map(({ name, words }) => (
        <a
          key={name}
          href={linkTo(path, { part: name })}
          onClick={(event) => {
            // What is looked for stays.
            event.preventDefault();
            goTo(name);
          }}
        >
          {words}
        </a>
      ))}
    </nav>
  );
}

function goTo(part: string): void {
  const heading = part ? document.getElementById(`part-${part}`) : null;
  heading?.scrollIntoView();
  heading?.focus({ preventScroll: true });
}
