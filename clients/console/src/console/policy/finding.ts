/** Looking for words in a pack, with every key: what is looked for stands in the address, and the page is not drawn anew for it. */
import type { PackTable, PackText, Rule } from "amends-client";
import { useEffect, useState } from "preact/hooks";
import { linkTo, splitAt } from "../place.ts";

/** Whether a text, in lower case, is looked for. */
export type Finds = (text: string) => boolean;

/** All words have to occur, in any order. */
export function finding(said: string): Finds {
  const words = lower(said).split(/\s+/).filter(Boolean);
  return (text) => words.every((word) => text.includes(word));
}

export function textOfRule({ ruleId, title, conditions, then, because, saidToCustomer, tables, sources, file }: Rule): string {
  const said = [because, saidToCustomer, ...then].map((one) => one?.text);
  return lower([ruleId, title, ...conditions.map(({ words }) => words), ...said, ...tables.map(textOfTable), ...sources, file].join("\n"));
}

export function textOfCells(cells: readonly PackText[]): string {
  return lower(cells.map(({ text }) => text).join("\n"));
}

function textOfTable({ caption, rows }: PackTable): string {
  return [caption, ...rows.map(({ cells }) => textOfCells(cells))].join("\n");
}

/** As it is compared. */
export function lower(text: string): string {
  return text.toLocaleLowerCase();
}

/** What is looked for, and the way to look for something else. */
export function useFind(path: string): [string, (find: string) => void] {
  const [find, setFind] = useState(findInAddress);
  useEffect(() => {
    // By a link to this very page: the console does not draw it anew where it is the address that it began with.
    const moved = () => setFind(findInAddress());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return [
    find,
    (said) => {
      setFind(said);
      history.replaceState(null, "", linkTo(path, { find: said }));
    },
  ];
}

function findInAddress(): string {
  return new URLSearchParams(splitAt(location.hash, "?")[1]).get("find") ?? "";
}
