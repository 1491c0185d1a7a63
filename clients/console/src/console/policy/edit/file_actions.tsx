/** What can be done with the open file as a whole: another name, away with it, and back to what it began with. */
import { useState } from "preact/hooks";
import { Line } from "../../../inputs.tsx";
import type { Draft } from "./drafts.ts";
import { markOf, whyNot, withFile, type Files } from "./pack_files.ts";

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
        <Rename
          path={path}
          files={files}
          onRename={(next) => {
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

function Rename({ path, files, onRename }: { path: string; files: Files; onRename: (next: string) => void }) {
  const [next, setNext] = useState(path);
  const why = next === path ? "" : files.has(next) ? "there is one of that name" : whyNot(next);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!why) {
          onRename(next);
        }
      }}
    >
      <Line question="Its new name" value={next} mistakeId="rename-mistake" onType={setNext} />
      <p id="rename-mistake" class="mistake" role="status">
        {why}
      </p>
      <div class="buttons">
        <button type="submit" class="small">
          Rename
        </button>
      </div>
    </form>
  );
}
