/** Which findings a cell bears: for certain, where the map itself shows it, else perhaps. */
import { minorUnits, Outcome, type Action, type Decision, type Diagnostic, type FactSpec, type RulePack } from "amends-client";
import { everywhere, type Grid, type Known } from "./grid.ts";
import { textOf } from "./values.ts";

export interface Mark {
  finding: Diagnostic;
  /** A finding names values, and not every combination of them is one of its cells. */
  isSure: boolean;
}

/** Row by row, as the cells; `decided` as they are. */
export function marksOf(
  pack: RulePack,
  grid: Grid,
  decided: readonly (Decision | undefined)[],
  findings: readonly Diagnostic[],
): readonly (readonly Mark[])[] {
  const usual = everywhere(pack);
  return grid.cells.map((cell, place) =>
    findings.flatMap((finding) => {
      if (!isAmong(cell, finding, usual)) {
        return [];
      }
      const beside = placeBeside(grid, place, finding, pack.facts);
      const isShown = shows(finding, decided[place], beside === undefined ? undefined : decided[beside]);
      return isShown === false ? [] : [{ finding, isSure: isShown ?? isEveryOne(finding) }];
    }),
  );
}

/** Whether it is about every combination of the values that it names. */
function isEveryOne({ cells, cellCount }: Diagnostic): boolean {
  return cells.reduce((size, { values, missing }) => size * (values.length + Number(missing)), 1) === cellCount;
}

/** What is known besides is what the check knows in all of its cells: with more it is another case. */
function isAmong(cell: Known, { cells }: Diagnostic, usual: Known): boolean {
  const named = new Set(cells.map(({ path }) => path));
  const isUsual = [...cell].every(([path, value]) => named.has(path) || textOf(value) === textIn(usual, path));
  return isUsual && cells.every(({ path, values, missing }) => values.some((one) => textOf(one) === textIn(cell, path)) || (missing && !cell.has(path)));
}

function textIn(known: Known, path: string): string | undefined {
  const value = known.get(path);
  return value && textOf(value);
}

/** Whether a decision is what a finding tells of, seen with the one beside it, where there is more of what it names; undefined: that does not show. */
export function shows({ code, about }: Diagnostic, decided: Decision | undefined, beside: Decision | undefined): boolean | undefined {
  if (decided && code === "gap") {
    return decided.outcome === Outcome.NO_RULE_MATCHED;
  }
  return decided && beside && code === "monotonic" ? isLess(beside, decided, about.at(-1)!) : undefined;
}

/** Whether a decision gives less of something than another one. */
function isLess(less: Decision, more: Decision, word: string): boolean {
  const [given, before] = [sumsOf(less, word), sumsOf(more, word)];
  return [...before].some(([currency, units]) => (given.get(currency) ?? -1n) < units);
}

/** By currency; what costs nothing stands by itself. */
function sumsOf({ actions }: Decision, word: string): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { amount } of actions.filter((action) => wordOf(action) === word)) {
    sums.set("", 0n);
    if (amount) {
      sums.set(amount.currencyCode, (sums.get(amount.currencyCode) ?? 0n) + minorUnits(amount));
    }
  }
  return sums;
}

/** As findings name it: what is owed and what is given back are one sum. */
function wordOf({ kind }: Action): string {
  const name = (kind.case ?? "").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return name === "refund" || name === "entitlement" ? "money back" : name;
}

/** The cell after this one, where it is worse, the tier higher, or more our fault; undefined: it is not on the map. */
function placeBeside({ axes, columns, rows }: Grid, place: number, finding: Diagnostic, facts: readonly FactSpec[]): number | undefined {
  const path = rankedOf(finding);
  const order = orderOf(path, facts);
  const [row, column] = [Math.floor(place / columns.length), place % columns.length];
  const following = (values: readonly { text: string }[], at: number) => values.findIndex(({ text }) => text === order[order.indexOf(values[at]!.text) + 1]);
  if (path === axes.across && order.includes(columns[column]!.text)) {
    const next = following(columns, column);
    return next < 0 ? undefined : row * columns.length + next;
  }
  if (path === axes.down && order.includes(rows[row]!.text)) {
    const next = following(rows, row);
    return next < 0 ? undefined : next * columns.length + column;
  }
  return undefined;
}

/** Of a break, the fact along which less is given. */
export function rankedOf({ code, about }: Diagnostic): string {
  return code === "monotonic" ? (about[0] ?? "") : "";
}

/** The values of a fact of which more must not give less, the least first. */
export function orderOf(path: string, facts: readonly FactSpec[]): readonly string[] {
  return path === "fault" ? ["customer", "shared", "company"] : (facts.find((one) => one.path === path)?.values ?? []);
}
