/** The cells of a map, each a situation: what the axes say, what is held, and what is known on every map. */
import { create, money, SituationSchema, FactType, FactValueSchema, type FactSpec, type FactValue, type RulePack, type Situation } from "amends-client";
import type { Axes } from "./axes.ts";
import { stretches } from "./stretches.ts";
import { textOf, withValue, wordsOf } from "./values.ts";

/** A value of a fact, or that it is not known. */
export interface AxisValue {
  text: string;
  words: string;
  value: FactValue | undefined;
}

/** A cell: by path what is known in it. */
export type Known = ReadonlyMap<string, FactValue>;

export interface Grid {
  axes: Axes;
  columns: readonly AxisValue[];
  rows: readonly AxisValue[];
  /** Row by row. */
  cells: readonly Known[];
}

const NOT_KNOWN: AxisValue = { text: "", words: "not known", value: undefined };
/** So that amounts can be told: as the check of the cells of `main` has it. */
const MONEY: readonly [string, string][] = [["amount_paid", "100"], ["amount_affected", "100"], ["shipping_fee", "10"], ["amount_refunded", "0"]];

export function gridOf(pack: RulePack, axes: Axes): Grid {
  const [columns, rows] = [valuesOf(pack, axes.across), valuesOf(pack, axes.down)];
  const beside = new Map([...everywhere(pack), ...held(pack, axes)]);
  const cells = rows.flatMap((row) => columns.map((column) => known(beside, [[axes.across, column], [axes.down, row]])));
  return { axes, columns, rows, cells };
}

/** How many cells there would be. */
export function sizeOf(pack: RulePack, { across, down }: Axes): number {
  return valuesOf(pack, across).length * valuesOf(pack, down).length;
}

function valuesOf({ facts }: RulePack, path: string): readonly AxisValue[] {
  const spec = facts.find((one) => one.path === path);
  return spec ? axisValues(spec) : [];
}

export function axisValues(spec: FactSpec): readonly AxisValue[] {
  const words = valuesInWords(spec);
  const values = spec.tellingValues.map((value, place) => ({ text: textOf(value), words: words[place]!, value }));
  // A situation that does not say when it was observed is one of now.
  return spec.path === "observe_time" ? values : [...values, NOT_KNOWN];
}

function valuesInWords(spec: FactSpec): readonly string[] {
  const { type, values, tellingValues } = spec;
  // Of free text, and of money, the last value is one that no condition names: another word, another currency.
  const isFree = type === FactType.TEXT || type === FactType.MONEY || (type === FactType.ENUM && values.length === 0);
  const named = { ...spec, tellingValues: isFree ? tellingValues.slice(0, -1) : tellingValues };
  const inWords = stretches(named) ?? named.tellingValues.map((value) => wordsOf(value, spec));
  return tellingValues.length === 1 ? ["any value"] : isFree ? [...inWords, "any other"] : inWords;
}

/** What is known on every map of the pack, where nothing else is said of it. */
export function everywhere({ currency, main }: RulePack): Known {
  const told = currency ? MONEY.filter(([path]) => !main.includes(path)) : [];
  return new Map(told.map(([path, sum]) => [path, create(FactValueSchema, { value: { case: "money", value: money(`${sum} ${currency}`) } })]));
}

function held(pack: RulePack, axes: Axes): readonly [string, FactValue][] {
  return [...axes.held].flatMap(([path, text]): [string, FactValue][] => {
    const value = valuesOf(pack, path).find((one) => one.text === text)?.value;
    return value ? [[path, value]] : [];
  });
}

function known(beside: Known, said: readonly [string, AxisValue][]): Known {
  const cell = new Map(beside);
  for (const [path, { value }] of said) {
    cell.delete(path);
    if (value) {
      cell.set(path, value);
    }
  }
  return cell;
}

/** A cell as a case to decide: nothing was given before. */
export function situationOf(cell: Known): Situation {
  const situation = create(SituationSchema, { caseId: "map", granted: {} });
  for (const [path, value] of cell) {
    withValue(situation, path, value);
  }
  return situation;
}
