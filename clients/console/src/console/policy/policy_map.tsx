/** The map of a pack: who gets what over two of its facts, with its gaps, and where more gives less. */
import type { Diagnostic, RulePack, Situation, TriedSituation } from "amends-client";
import { useMemo, useRef, useState } from "preact/hooks";
import { useAsked } from "../asked.ts";
import { Told } from "../told.tsx";
import type { Axes } from "./map/axes.ts";
import { AxesForm } from "./map/axes_form.tsx";
import { axesOf } from "./map/finding_axes.ts";
import { everywhere, gridOf, situationOf, sizeOf, type Known } from "./map/grid.ts";
import { GridTable, Legend, type Drawn } from "./map/grid_table.tsx";
import { MapFindings } from "./map/map_findings.tsx";
import { marksOf, type Mark } from "./map/marks.ts";
import { inWords, OpenedCell } from "./map/opened_cell.tsx";
import { decisionOf } from "./map/outcomes.ts";

export type { Axes };

/** What the service tries in one call. */
const AT_ONCE = 500;
const MOST_CELLS = 2_000;

export interface PolicyMapProps {
  /** In `RULE_PACK_VIEW_WORDS`. */
  pack: RulePack;
  /** Of `CheckRulePack`: those about cells are marked. */
  findings: readonly Diagnostic[];
  /** Decides by the pack that is mapped, at most 500 at once: briefly for the cells, whole for one that is opened. */
  tryAll: (situations: readonly Situation[], how: { brief: boolean }, signal: AbortSignal) => Promise<readonly TriedSituation[]>;
  axes: Axes;
  onAxes: (axes: Axes) => void;
  /** Where the line of a finding is edited. */
  linkOf?: (finding: Diagnostic) => string;
}

export function PolicyMap({ pack, findings, tryAll, axes, onAxes, linkOf }: PolicyMapProps) {
  const about = useMemo(() => findings.filter(({ cells }) => cells.length > 0), [findings]);
  const [chosen, setChosen] = useState<{ finding: Diagnostic }>();
  const [opened, setOpened] = useState<Opened>();
  const size = sizeOf(pack, axes);
  const drawing = useAsked((signal) => drawn(pack, axes, tryAll, signal), [pack, axes]);
  const map = useRef<HTMLDivElement>(null);
  const sought = useAsked(async (signal) => {
    if (chosen) {
      onAxes(await axesOf(chosen.finding, pack, async (cells) => (await tryParts(cells, tryAll, signal)).map(decisionOf)));
      map.current?.scrollIntoView();
    }
  }, [chosen]);
  const answer = drawing.answer;
  const isDrawn = (answer?.grid.axes === axes && answer.pack === pack) || drawing.trouble !== undefined;
  const marks = useMemo(() => answer && marksOf(answer.pack, answer.grid, answer.tried.map(decisionOf), about), [answer, about]);
  const cell = opened && opened.of === answer ? answer.grid.cells[opened.place] : undefined;

  return (
    <div class="map" ref={map}>
      <AxesForm pack={pack} axes={axes} onAxes={onAxes} />
      <p class="small">
        Besides, {inWords(everywhere(pack), pack).toLowerCase() || "nothing"} is known, it is now, and nothing was given before. All else is not known. A row
        or a column stands for all values that no condition tells apart.
      </p>
      <Told asked={drawing} />
      <Told asked={sought} />
      <p role="status">{refused(size) ?? (isDrawn ? counted(size, marks) : `Deciding ${size} cells…`)}</p>
      {answer && marks && refused(size) === undefined && (
        <div aria-busy={!isDrawn} class="part">
          <h2 id="who-gets-what">Who gets what</h2>
          <GridTable
            {...answer}
            marks={marks.map((some) => some.map((mark) => ({ ...mark, words: wordsOf(mark, about), isChosen: mark.finding === chosen?.finding })))}
            opened={cell && opened?.place}
            onOpen={(place) => setOpened({ of: answer, place })}
          />
        </div>
      )}
      <Legend />
      {cell && <OpenedCell cell={cell} pack={pack} tryAll={tryAll} />}
      {about.length > 0 && <MapFindings findings={about} chosen={chosen?.finding} onChoose={(finding) => setChosen({ finding })} linkOf={linkOf} />}
    </div>
  );
}

/** A cell of what was drawn then: of another map it is another cell. */
interface Opened {
  of: Drawn;
  place: number;
}

type TryAll = PolicyMapProps["tryAll"];

async function drawn(pack: RulePack, axes: Axes, tryAll: TryAll, signal: AbortSignal): Promise<Drawn | undefined> {
  if (refused(sizeOf(pack, axes))) {
    return undefined;
  }
  const grid = gridOf(pack, axes);
  return { pack, grid, tried: await tryParts(grid.cells, tryAll, signal) };
}

async function tryParts(cells: readonly Known[], tryAll: TryAll, signal: AbortSignal): Promise<readonly TriedSituation[]> {
  const tried: TriedSituation[] = [];
  for (let first = 0; first < cells.length; first += AT_ONCE) {
    tried.push(...(await tryAll(cells.slice(first, first + AT_ONCE).map(situationOf), { brief: true }, signal)));
  }
  return tried;
}

/** As a cell has it: `⚠ 2 gap`. */
function wordsOf({ finding, isSure }: Mark, about: readonly Diagnostic[]): string {
  return `⚠ ${about.indexOf(finding) + 1} ${finding.code === "monotonic" ? "break" : finding.code.replaceAll("-", " ")}${isSure ? "" : ", perhaps"}`;
}

function counted(size: number, marks: readonly (readonly Mark[])[] | undefined): string {
  if (!marks?.some((some) => some.length > 0)) {
    // Whether it was checked at all is not known here.
    return `${size} cells.`;
  }
  const marked = (code: string) => marks.filter((some) => some.some(({ finding, isSure }) => isSure && finding.code === code)).length;
  return `${size} cells; gaps: ${marked("gap")}; where more gives less: ${marked("monotonic")}.`;
}

/** Why so many cells are not drawn. */
function refused(size: number): string | undefined {
  const inWords = (count: number) => count.toLocaleString(navigator.language);
  if (size === 0) {
    return "The conditions no longer ask of one of these facts: choose another one.";
  }
  return size > MOST_CELLS ? `This would be ${inWords(size)} cells, and at most ${inWords(MOST_CELLS)} are drawn: choose facts with fewer values.` : undefined;
}
