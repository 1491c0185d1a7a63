/** The desk at which a pack is edited: its files, the one that is open, what is found in them, and what to do with all of it. */
import type { AmendsClient } from "amends-client";
import { useState } from "preact/hooks";
import { useAsked } from "../../asked.ts";
import { policies } from "../../packs.ts";
import { Told } from "../../told.tsx";
import { lost, useChecks } from "./checks.ts";
import { DraftDifference } from "./draft_difference.tsx";
import { DraftMap } from "./draft_map.tsx";
import { isUnsaved, type Draft } from "./drafts.ts";
import { FileList } from "./file_list.tsx";
import { Findings } from "./findings.tsx";
import { GoLive } from "./go_live.tsx";
import { OpenFile } from "./open_file.tsx";
import { OwnTests } from "./own_tests.tsx";
import { encoded, pathsOf, withFile } from "./pack_files.ts";
import { Standing } from "./standing.tsx";
import { TakeAway } from "./take_away.tsx";
import type { Spot } from "./text_file.tsx";

interface EditingProps {
  amends: AmendsClient;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  onBeginAgain: () => void;
  /** May say which file to open, and at which line. */
  asked: URLSearchParams;
}

export function Editing({ amends, draft, onDraft, onBeginAgain, asked }: EditingProps) {
  const { packId, begun, files } = draft;
  const [spot, setSpot] = useState(() => begin(draft, asked));
  const [mapped, setMapped] = useState(false);
  const { first, now } = useChecks(amends, draft, mapped);
  const policy = useAsked((signal) => decidedBy(amends, packId, signal), [amends, packId]).answer ?? packId;
  const told = now.answer?.told;
  const found = told?.diagnostics ?? [];
  const before = first.answer?.told;
  const gone = told && before ? lost(before, told) : [];
  const fresh = told && before ? lost(told, before) : [];
  const isSettled = now.answer?.files === files;
  const compiled = isSettled && told?.compiles ? told.version : "";

  return (
    <>
      {draft.note && <p class="notice">{draft.note}</p>}
      {draft.lacksTests && <p class="notice">Its own tests are not among these files.</p>}
      <Told asked={now} />
      <p role="status" class="outcome">
        {told && <Standing told={told} gone={gone} fresh={fresh} />}
      </p>
      <p class="small">{isSettled || now.trouble ? "This is what the service says of the files as they stand." : "The files are being checked…"}</p>
      <div class="desk">
        <FileList
          draft={draft}
          found={found}
          open={spot.file}
          onOpen={(file) => setSpot({ file, line: 0 })}
          onAdd={(path) => {
            onDraft({ ...draft, files: withFile(files, path, encoded("")) });
            setSpot({ file: `${packId}/${path}`, line: 1 });
          }}
        />
        <OpenFile draft={draft} spot={spot} found={found} onDraft={onDraft} onOpen={setSpot} />
      </div>
      <Findings
        found={found}
        gone={gone}
        fresh={fresh}
        isHere={(file) => isHere(draft, file)}
        onGo={({ file, line }) => setSpot({ file, line })}
      />
      <OwnTests amends={amends} draft={draft} />
      <DraftMap amends={amends} draft={draft} told={told} onOpen={setMapped} />
      <DraftDifference amends={amends} draft={draft} policy={policy} />
      <TakeAway draft={draft} version={compiled} onTaken={() => onDraft({ ...draft, saved: files })} />
      {compiled && (
        <GoLive amends={amends} draft={draft} usual={policy} version={compiled} onAsked={() => onDraft({ ...draft, saved: files })} />
      )}
      {files !== begun && (
        <div class="buttons">
          <button
            type="button"
            onClick={() => (!isUnsaved(draft) || confirm(`Give up what you have changed in ${packId}?`)) && onBeginAgain()}
          >
            Begin again
          </button>
        </div>
      )}
    </>
  );
}

/** What the address says, by a path with the pack's id before it or without; else the first file. */
function begin(draft: Draft, asked: URLSearchParams): Spot {
  const { packId, begun, files } = draft;
  const said = asked.get("file") ?? pathsOf(begun, files)[0] ?? "";
  const file = isHere(draft, said) ? said : `${packId}/${said}`;
  return { file, line: Number(asked.get("line") ?? 0) || 0 };
}

function isHere({ packId, begun, files, extended }: Draft, file: string): boolean {
  const own = pathsOf(begun, files).map((path) => `${packId}/${path}`);
  const others = extended.flatMap((pack) => pack.files.map(({ path }) => `${pack.packId}/${path}`));
  return own.includes(file) || others.includes(file);
}

/** The first of the policies that the pack decides now; else a new one of its own name. */
async function decidedBy(amends: AmendsClient, packId: string, signal: AbortSignal): Promise<string> {
  const { packOf } = await policies(amends, signal);
  return [...packOf].find(([, pack]) => pack === packId)?.[0] ?? packId;
}
