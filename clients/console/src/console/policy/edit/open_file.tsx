/** The file that is open: to be edited, to be read where it is of a pack that is extended, or to be brought back. */
import type { Diagnostic } from "amends-client";
import type { Draft } from "./drafts.ts";
import { FileActions } from "./file_actions.tsx";
import { rewritten, textOf, withFile } from "./pack_files.ts";
import { TextFile, type Spot } from "./text_file.tsx";

interface OpenFileProps {
  draft: Draft;
  spot: Spot;
  found: readonly Diagnostic[];
  onDraft: (draft: Draft) => void;
  onOpen: (spot: Spot) => void;
}

export function OpenFile({ draft, spot, found, onDraft, onOpen }: OpenFileProps) {
  const { packId, files, extended } = draft;
  const own = spot.file.startsWith(`${packId}/`) ? spot.file.slice(packId.length + 1) : undefined;
  const content =
    own === undefined
      ? extended.flatMap((pack) => pack.files.filter(({ path }) => spot.file === `${pack.packId}/${path}`)).at(0)?.content
      : files.get(own);
  const text = content && textOf(content);
  return (
    <section class="open-file" aria-label="Open file">
      <h2>{spot.file}</h2>
      {own === undefined && <p>It is of a pack that {packId} extends: to be read, not to be changed here.</p>}
      {own !== undefined && (
        <FileActions
          key={spot.file}
          draft={draft}
          path={own}
          onDone={(next, path) => {
            onDraft({ ...draft, files: next });
            onOpen({ file: `${packId}/${path}`, line: 0 });
          }}
        />
      )}
      {content && text === undefined && <p class="notice">It is not written in UTF-8, so it cannot be edited here. It stays as it is.</p>}
      {content && text !== undefined && (
        <TextFile
          key={spot.file}
          spot={spot}
          text={text}
          found={found.filter(({ file }) => file === spot.file)}
          {...(own !== undefined && {
            onType: (next: string) => onDraft({ ...draft, files: withFile(files, own, rewritten(content, next)) }),
          })}
        />
      )}
      {!content && own !== undefined && draft.begun.has(own) && <p>It was removed.</p>}
    </section>
  );
}
