/** Begins with files of one's own: what is edited is replaced by them. */
import { useState } from "preact/hooks";
import { isUnsaved, type Draft } from "./drafts.ts";
import { NoPack, opened, type Opened } from "./opened.ts";
import { MOST_BYTES, MOST_FILES } from "./pack_files.ts";
import { Trouble } from "../../../trouble.tsx";

const SHOWN = 20;

export function Open({ draft, onOpen }: { draft: Draft; onOpen: (opened: Opened) => Promise<void> }) {
  const [trouble, setTrouble] = useState<unknown>();
  const [said, setSaid] = useState("");

  async function open(input: HTMLInputElement): Promise<void> {
    const chosen = [...(input.files ?? [])];
    // Chosen again, the same files are another choice.
    input.value = "";
    if (chosen.length === 0 || (isUnsaved(draft) && !confirm(`Replace what you have changed in ${draft.packId}?`))) {
      return;
    }
    setTrouble(undefined);
    setSaid("");
    try {
      const found = await opened(chosen);
      await onOpen(found);
      setSaid(`Opened: ${found.files.size} files.`);
    } catch (error) {
      setTrouble(error);
    }
  }

  return (
    <details class="panel">
      <summary>Open files of your own</summary>
      <p id="limits">
        The folder of a pack, its files, or a zip of them. At most {MOST_FILES.toLocaleString("en")} files that end in .yaml or .csv,{" "}
        {MOST_BYTES / 1024 / 1024} MiB together. Nothing is sent but to be checked, and nothing of it is kept.
      </p>
      {trouble instanceof NoPack ? <Wrong wrong={trouble.wrong} /> : <Trouble trouble={trouble} away="The service does not answer." />}
      <label>
        A folder
        <input
          type="file"
          aria-describedby="limits"
          onChange={(event) => void open(event.currentTarget)}
          {...{ webkitdirectory: true }}
        />
      </label>
      <label>
        Files, or a zip
        <input
          type="file"
          multiple
          accept=".yaml,.csv,.zip"
          aria-describedby="limits"
          onChange={(event) => void open(event.currentTarget)}
        />
      </label>
      <p role="status">{said}</p>
    </details>
  );
}

function Wrong({ wrong }: { wrong: readonly string[] }) {
  return (
    <div class="trouble" role="alert">
      <p>This cannot be opened:</p>
      <ul>
        {wrong.slice(0, SHOWN).map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {wrong.length > SHOWN && <p>And {wrong.length - SHOWN} more.</p>}
    </div>
  );
}
