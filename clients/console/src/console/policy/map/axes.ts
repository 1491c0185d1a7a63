/** What a map is drawn over: two facts of the pack, and what the others are held at. */
import type { FactSpec, RulePack } from "amends-client";

export interface Axes {
  across: string;
  down: string;
  /** By path, a value of a fact that is on no axis, as `textOf` writes it. What is not held is not known, or as on every map. */
  held: ReadonlyMap<string, string>;
}

/** The facts that may be an axis: first those that decide most, as the pack's author has them. */
export function axisFacts(pack: RulePack): readonly FactSpec[] {
  const told = new Map(pack.facts.filter(({ tellingValues }) => tellingValues.length > 0).map((spec) => [spec.path, spec]));
  const main = [...new Set(pack.main)].flatMap((path) => told.get(path) ?? []);
  return [...main, ...[...told.values()].filter((spec) => !main.includes(spec))];
}

/** The first two facts that may be one. A pack whose conditions ask of fewer has no map. */
export function usualAxes(pack: RulePack): Axes | undefined {
  const [across, down] = axisFacts(pack);
  return across && down && { across: across.path, down: down.path, held: new Map() };
}
