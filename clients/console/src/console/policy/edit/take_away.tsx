/** The files as they stand, as a zip to keep: for whoever has the pack under version control. */
import { packed } from "./archive.ts";
import type { Draft } from "./drafts.ts";

interface TakeAwayProps {
  draft: Draft;
  /** Empty: it does not compile. */
  version: string;
  onTaken: () => void;
}

export function TakeAway({ draft: { packId, files }, version, onTaken }: TakeAwayProps) {
  return (
    <section aria-labelledby="take-away">
      <h2 id="take-away">Export</h2>
      <p>
        A zip with the folder {packId}, byte for byte as it stands here: unpacked, <code>amends check</code> takes it.
      </p>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            download(`${packId}-${named(version) || "draft"}.zip`, packed(packId, files));
            onTaken();
          }}
        >
          Export
        </button>
      </div>
    </section>
  );
}

/** A version may hold anything, the name of a file not. */
function named(version: string): string {
  return version.replace(/[^\w.+-]+/g, "-");
}

function download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
