/** One cell of the map, whole: what would be decided there, and why. */
import type { RulePack } from "amends-client";
import { useAsked } from "../../asked.ts";
import { Found } from "../../found.tsx";
import { written } from "../../share.ts";
import { Told } from "../../told.tsx";
import type { PolicyMapProps } from "../policy_map.tsx";
import { idOfHeld } from "./axes_form.tsx";
import { situationOf, type Known } from "./grid.ts";
import { factName, wordsOf } from "./values.ts";

interface OpenedCellProps extends Pick<PolicyMapProps, "pack" | "tryAll"> {
  cell: Known;
}

export function OpenedCell({ cell, pack, tryAll }: OpenedCellProps) {
  const situation = situationOf(cell);
  const asked = useAsked((signal) => tryAll([situation], { brief: false }, signal), [cell, pack]);
  const result = asked.answer?.[0]?.result;
  const [policy] = pack.policies;
  return (
    <section class="opened" aria-labelledby="opened-cell">
      <h2 id="opened-cell">One cell</h2>
      <p>{inWords(cell, pack)}</p>
      {policy && (
        <p>
          <a href={written("Link", { situation, policy })}>Try it in Decide</a>
        </p>
      )}
      <Told asked={asked} />
      {result?.case === "error" && <p class="notice">{result.value.message}</p>}
      {result?.case === "decision" && <Found decision={result.value} onAnswer={toHeld} />}
    </section>
  );
}

/** What is known in a cell. */
export function inWords(cell: Known, { facts }: RulePack): string {
  return facts.flatMap((spec) => (cell.has(spec.path) ? [`${factName(spec.path)}: ${wordsOf(cell.get(spec.path)!, spec)}`] : [])).join(", ");
}

/** To where a fact that is missing can be held at a value. */
function toHeld(path: string): void {
  const select = document.getElementById(idOfHeld(path));
  const details = select?.closest("details");
  if (details) {
    details.open = true;
  }
  select?.focus();
}
