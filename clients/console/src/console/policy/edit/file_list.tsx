/** The files of the draft with what became of each, those of what it extends, and a new one. */
import type { Diagnostic } from "amends-client";
import { isError } from "./checks.ts";
import type { Draft } from "./drafts.ts";
import { NameForm } from "./name_form.tsx";
import { markOf, pathsOf } from "./pack_files.ts";
import { counted } from "./standing.tsx";

interface FileListProps {
  draft: Draft;
  found: readonly Diagnostic[];
  /** The open file, its path after the pack's id. */
  open: string;
  onOpen: (file: string) => void;
  onAdd: (path: string) => void;
}

export function FileList({ draft, found, open, onOpen, onAdd }: FileListProps) {
  const { packId, begun, files, extended } = draft;
  return (
    <nav class="files" aria-label="Files">
      <ul>
        {pathsOf(begun, files).map((path) => (
          <Entry
            key={path}
            name={path}
            marks={[markOf(path, begun, files), wrongIn(`${packId}/${path}`, found)]}
            isOpen={open === `${packId}/${path}`}
            onOpen={() => onOpen(`${packId}/${path}`)}
          />
        ))}
      </ul>
      <NameForm question="New file" name="Add" files={files} begun="" onName={onAdd} />
      {extended.map((pack) => (
        <details key={pack.packId}>
          <summary>{pack.packId}, which it extends: to be read</summary>
          <ul>
            {pack.files.map(({ path }) => (
              <Entry
                key={path}
                name={path}
                marks={[wrongIn(`${pack.packId}/${path}`, found)]}
                isOpen={open === `${pack.packId}/${path}`}
                onOpen={() => onOpen(`${pack.packId}/${path}`)}
              />
            ))}
          </ul>
        </details>
      ))}
    </nav>
  );
}

function Entry({ name, marks, isOpen, onOpen }: { name: string; marks: readonly string[]; isOpen: boolean; onOpen: () => void }) {
  const said = marks.filter(Boolean).join(", ");
  return (
    <li>
      <button type="button" class="link" onClick={onOpen} {...(isOpen && { "aria-current": "true" as const })}>
        {name}
      </button>
      {said && <small> {said}</small>}
    </li>
  );
}

function wrongIn(file: string, found: readonly Diagnostic[]): string {
  const own = found.filter((one) => one.file === file);
  const errors = own.filter(isError).length;
  const warnings = own.length - errors;
  return errors > 0 ? counted(errors, "error") : warnings > 0 ? counted(warnings, "warning") : "";
}
