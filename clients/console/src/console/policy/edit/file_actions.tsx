/** What can be done with the open file as a whole: another name, away with it, and back to what it began with. */
import { useState } from "preact/hooks";
import type { Draft } from "./drafts.ts";
import { NameForm } from "./name_form.tsx";
import { markOf, withFile, type Files } from "./pack_files.ts";

interface FileActionsProps {
  draft: Draft;
  path: string;
  /** The files then, and the path of the one that is open then. */
  onDone: (files: Files, path: string) => void;
}

export function FileActions({ draft: { begun, files }, path, onDone }: FileActionsProps) {
  const [renaming, setRenaming] = useState(false);
  const mark = markOf(path, begun, files);
  const content = files.get(path);
  return (
    <>
      <div class="buttons">
        {content && !renaming && (
          <button type="button" class="small" onClick={() => setRenaming(true)}>
            Rename…
          </button>
        )}
        {content && (
          <button type="button" class="small" onClick={() => onDone(withFile(files, path, undefined), path)}>
            Remove
          </button>
        )}
        {(mark === "changed" || mark === "removed") && (
          <button type="button" class="small" onClick={() => onDone(withFile(files, path, begun.get(path)), path)}>
            {mark === "removed" ? "Bring back" : "Undo its changes"}
          </button>
        )}
      </div>
      {content && renaming && (
        <NameForm
          question="Its new name"
          name="Rename"
          files={files}
          begun={path}
          onName={(next) => {
            setRenaming(false);
            if (next !== path) {
              onDone(withFile(withFile(files, path, undefined), next, content), next);
            }
          }}
        />
      )}
    </>
  );
}
