/** The parts of a pack beside its rules: who may grant what, limits, what may not be said, the facts. */
import type { PackSection, PackTable, PackTableRow } from "amends-client";
import type { ComponentChildren } from "preact";
import { Table } from "../table.tsx";
import { lower, textOfCells, type Finds } from "./finding.ts";
import { Said } from "./said.tsx";

/** A part, drawn once, with what it is found by. */
export interface LaidOut {
  name: string;
  title: string;
  /** Its title and what stands before its tables, as it is found. */
  text: string;
  before: ComponentChildren;
  tables: readonly { caption: string; columns: readonly string[]; rows: readonly LaidOutRow[] }[];
}

interface LaidOutRow {
  text: string;
  drawn: ComponentChildren;
}

export function laidOut({ name, title, paragraphs, tables }: PackSection): LaidOut {
  return {
    name,
    title,
    text: lower([title, ...paragraphs.map(({ text }) => text)].join("\n")),
    before: paragraphs.map((said, place) => (
      <p key={place}>
        <Said said={said} />
      </p>
    )),
    tables: tables.map(({ caption, columns, rows }) => ({ caption, columns, rows: rows.map(laidOutRow) })),
  };
}

function laidOutRow({ cells }: PackTableRow): LaidOutRow {
  return { text: textOfCells(cells), drawn: <Cells cells={cells} /> };
}

function Cells({ cells }: Pick<PackTableRow, "cells">) {
  return (
    <>
      {cells.map((said, place) =>
        place === 0 ? (
          <th key={place} scope="row">
            <Said said={said} />
          </th>
        ) : (
          <td key={place}>
            <Said said={said} />
          </td>
        ),
      )}
    </>
  );
}

/** How many of their rows are looked for. */
export function foundRows(sections: readonly LaidOut[], finds: Finds): number {
  return sections.flatMap(({ tables }) => tables.flatMap(({ rows }) => rows)).filter(({ text }) => finds(text)).length;
}

/** Whether there is anything in it that is looked for. */
export function isFound(section: LaidOut, finds: Finds): boolean {
  return finds(section.text) || foundRows([section], finds) > 0;
}

export function Sections({ sections, finds }: { sections: readonly LaidOut[]; finds: Finds }) {
  return (
    <>
      {sections.map((section) => (
        <section key={section.name} class="part" hidden={!isFound(section, finds)}>
          <h2 id={`part-${section.name}`} tabIndex={-1}>
            {section.title}
          </h2>
          {section.before}
          {section.tables.map(({ caption, columns, rows }) => (
            <div key={caption} class="far" hidden={!rows.some(({ text }) => finds(text))}>
              <Table name={caption} columns={columns}>
                {rows.map(({ text, drawn }, place) => (
                  <tr key={place} hidden={!finds(text)}>
                    {drawn}
                  </tr>
                ))}
              </Table>
            </div>
          ))}
        </section>
      ))}
    </>
  );
}

/** A table of a pack, whole. */
export function WholeTable({ table: { caption, columns, rows } }: { table: PackTable }) {
  return (
    <Table name={caption} columns={columns}>
      {rows.map(({ cells }, place) => (
        <tr key={place}>
          <Cells cells={cells} />
        </tr>
      ))}
    </Table>
  );
}
