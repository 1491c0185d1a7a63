/** What a map is drawn over: two facts of the pack, and what the others are held at. */
import type { FactSpec, RulePack } from "amends-client";
import { linkTo } from "../../place.ts";
import { textOf } from "./values.ts";

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

/** The first two facts that may be one; the longer one goes down, as a page does. A pack whose conditions ask of fewer has no map. */
export function usualAxes(pack: RulePack): Axes | undefined {
  const [across, down] = axisFacts(pack)
    .slice(0, 2)
    .sort((one, other) => one.tellingValues.length - other.tellingValues.length);
  return across && down && { across: across.path, down: down.path, held: new Map() };
}

/** With another fact on one axis: the fact that is on the other one changes places with it. */
export function withAxis(axes: Axes, axis: "across" | "down", path: string): Axes {
  const other = axis === "across" ? "down" : "across";
  const placed = { ...axes, [axis]: path, ...(axes[other] === path && { [other]: axes[axis] }) };
  const held = new Map([...axes.held].filter(([one]) => one !== placed.across && one !== placed.down));
  return { ...placed, held };
}

/** With a fact held at a value; empty: no longer. */
export function withHeld(axes: Axes, path: string, text: string): Axes {
  const held = new Map(axes.held);
  held.delete(path);
  return { ...axes, held: text === "" ? held : held.set(path, text) };
}

/** What an address says, as far as the pack has it. */
export function axesAsked(pack: RulePack, asked: URLSearchParams): Axes | undefined {
  const usual = usualAxes(pack);
  const facts = new Map(axisFacts(pack).map((spec) => [spec.path, spec]));
  const [across, down] = [asked.get("across") ?? "", asked.get("down") ?? ""];
  if (!facts.has(across) || !facts.has(down) || across === down) {
    return usual;
  }
  const said = [...new URLSearchParams(asked.get("hold") ?? "")];
  const held = said.filter(([path, text]) => path !== across && path !== down && facts.get(path)?.tellingValues.some((value) => textOf(value) === text));
  return { across, down, held: new Map(held) };
}

export function linkToAxes(path: string, { across, down, held }: Axes): string {
  return linkTo(path, { across, down, hold: String(new URLSearchParams([...held])) });
}
