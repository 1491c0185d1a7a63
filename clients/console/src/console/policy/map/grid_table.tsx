/** The picture itself: a table whose cells are opened; one of them is in the order of the Tab key, and the arrows go to the others. */
import type { RulePack, TriedSituation } from "amends-client";
import { useMemo, useRef, useState } from "preact/hooks";
import type { Grid } from "./grid.ts";
import type { Mark } from "./marks.ts";
import { kindOfCell, KINDS, linesOf, type Kind } from "./outcomes.ts";
import { factName } from "./values.ts";

export interface Drawn {
  pack: RulePack;
  grid: Grid;
  /** Row by row, as the grid's cells are. */
  tried: readonly TriedSituation[];
}

interface GridTableProps extends Pick<Drawn, "grid" | "tried"> {
  marks: readonly (readonly MarkSaid[])[];
  opened: number | undefined;
  onOpen: (place: number) => void;
}

export interface MarkSaid extends Mark {
  words: string;
  isChosen: boolean;
}

export function GridTable({ grid: { axes, columns, rows }, tried, marks, opened, onOpen }: GridTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState(0);
  // Said once: the table is drawn anew with every key, and to write an amount takes long.
  const said = useMemo(() => tried.map((one) => ({ kind: kindOfCell(one), lines: linesOf(one) })), [tried]);
  const current = Math.min(at, tried.length - 1);

  function go(event: KeyboardEvent): void {
    const next = reached(event, current, [rows.length, columns.length]);
    if (next !== undefined) {
      event.preventDefault();
      setAt(next);
      table.current?.querySelectorAll<HTMLElement>("td > button")[next]?.focus();
    }
  }

  return (
    <div class="wide cells">
      <table role="grid" aria-labelledby="who-gets-what" ref={table} onKeyDown={go}>
        <thead>
          <tr>
            <th scope="col">
              {factName(axes.down)} <span aria-hidden="true">↓</span> <span class="unseen">by</span> {factName(axes.across)} <span aria-hidden="true">→</span>
            </th>
            {columns.map(({ text, words }) => (
              <th key={text} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ text, words }, row) => (
            <tr key={text}>
              <th scope="row">{words}</th>
              {columns.map((column, place) => {
                const number = row * columns.length + place;
                const open = () => {
                  setAt(number);
                  onOpen(number);
                };
                return (
                  <OneCell key={column.text} {...said[number]!} marks={marks[number]!} isOpen={number === opened} isCurrent={number === current} onOpen={open} />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where a key leads from a cell, as in every grid; undefined: it is no such key. */
function reached({ key, ctrlKey }: KeyboardEvent, at: number, [rows, columns]: [number, number]): number | undefined {
  const [row, column] = [Math.floor(at / columns), at % columns];
  const place = (to: number, from: number) => Math.max(0, Math.min(to, rows - 1)) * columns + Math.max(0, Math.min(from, columns - 1));
  switch (key) {
    case "ArrowLeft":
      return place(row, column - 1);
    case "ArrowRight":
      return place(row, column + 1);
    case "ArrowUp":
      return place(row - 1, column);
    case "ArrowDown":
      return place(row + 1, column);
    case "Home":
      return place(ctrlKey ? 0 : row, 0);
    case "End":
      return place(ctrlKey ? rows - 1 : row, columns - 1);
    default:
      return undefined;
  }
}

interface OneCellProps {
  kind: Kind;
  lines: readonly string[];
  marks: readonly MarkSaid[];
  isOpen: boolean;
  isCurrent: boolean;
  onOpen: () => void;
}

function OneCell({ kind, lines, marks, isOpen, isCurrent, onOpen }: OneCellProps) {
  return (
    <td class={kind.name} {...(marks.some(({ isChosen }) => isChosen) && { "aria-current": "true" as const })}>
      <button type="button" tabIndex={isCurrent ? 0 : -1} aria-expanded={isOpen} onClick={onOpen}>
        {lines.map((line, place) => (
          <span key={place}>
            {place === 0 && <span aria-hidden="true">{kind.glyph} </span>}
            {line}
          </span>
        ))}
        {marks.map(({ words }) => (
          <span key={words} class="mark">
            {words}
          </span>
        ))}
      </button>
    </td>
  );
}

export function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      {KINDS.map(({ name, glyph, words }) => (
        <li key={name} class={name}>
          <span aria-hidden="true">{glyph}</span> {words}
        </li>
      ))}
      <li>⚠ what a check found, by its number; with “perhaps” where it may be another cell of its values</li>
    </ul>
  );
}
