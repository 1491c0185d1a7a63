/** Where on a map a finding is to be seen: its own facts on the axes, the others held so that one of its cells is there. */
import type { Decision, Diagnostic, FactSpec, FactValue, RulePack } from "amends-client";
import { axisFacts, usualAxes, withAxis, withHeld, type Axes } from "./axes.ts";
import { everywhere, type Known } from "./grid.ts";
import { orderOf, rankedOf, shows } from "./marks.ts";
import { textOf } from "./values.ts";

/** Situations that are looked through: half of them are the cells beside the others. */
const MOST = 250;

type Decide = (cells: readonly Known[]) => Promise<readonly (Decision | undefined)[]>;

export async function axesOf(finding: Diagnostic, pack: RulePack, decide: Decide): Promise<Axes> {
  const axes = axesFor(finding, pack);
  const others = finding.cells.filter(({ path }) => path !== axes.across && path !== axes.down);
  if (others.every(({ values, missing }) => values.length + Number(missing) === 1)) {
    return heldAt(axes, new Map(others.flatMap(({ path, values: [value] }) => (value ? [[path, value]] : []))), finding);
  }
  const cells = sampled(combined(finding)).map((cell) => new Map([...everywhere(pack), ...cell]));
  const decided = await decide([...cells, ...cells.map((cell) => beside(cell, finding, pack.facts))]);
  const seen = cells.findIndex((_, place) => shows(finding, decided[place], decided[cells.length + place]) === true);
  return heldAt(axes, cells[Math.max(seen, 0)]!, finding);
}

/** The fact along which less is given, and those with the most values in the finding's cells. */
function axesFor(finding: Diagnostic, pack: RulePack): Axes {
  const facts = axisFacts(pack).map(({ path }) => path);
  const met = new Map(finding.cells.map(({ path, values, missing }) => [path, values.length + Number(missing)]));
  const rank = (path: string) => (path === rankedOf(finding) ? Infinity : (met.get(path) ?? 0));
  const [across, down] = [...facts].sort((one, other) => rank(other) - rank(one));
  const usual = usualAxes(pack)!;
  return across && down ? withAxis(withAxis(usual, "across", across), "down", down) : usual;
}

function heldAt(axes: Axes, known: Known, { cells }: Diagnostic): Axes {
  const others = cells.filter(({ path }) => path !== axes.across && path !== axes.down);
  const free: Axes = { ...axes, held: new Map() };
  return others.reduce((held, { path }) => withHeld(held, path, known.has(path) ? textOf(known.get(path)!) : ""), free);
}

/** Every combination of the values that a finding names. */
function combined({ cells }: Diagnostic): readonly Known[] {
  return cells.reduce<readonly Known[]>((begun, { path, values, missing }) => {
    const each: readonly (FactValue | undefined)[] = missing ? [...values, undefined] : values;
    return sampled(begun, MOST * MOST).flatMap((known) => each.map((value) => (value ? new Map([...known, [path, value]]) : known)));
  }, [new Map()]);
}

/** As far apart as can be. */
function sampled(known: readonly Known[], most = MOST): readonly Known[] {
  return known.length <= most ? known : Array.from({ length: most }, (_, place) => known[Math.floor((place * known.length) / most)]!);
}

/** The cell with the next value of what must not give less. */
function beside(cell: Known, finding: Diagnostic, facts: readonly FactSpec[]): Known {
  const path = rankedOf(finding);
  const order = orderOf(path, facts);
  const value = cell.get(path);
  const next = value && order[order.indexOf(textOf(value)) + 1];
  const following = facts.find((one) => one.path === path)?.tellingValues.find((one) => textOf(one) === next);
  return following ? new Map([...cell, [path, following]]) : cell;
}
