/** What the draft says and decides otherwise than the pack that it began with. */
import type { AmendsClient } from "amends-client";
import { useState } from "preact/hooks";
import { Difference, type Choice } from "../difference.tsx";
import { sent, type Draft } from "./drafts.ts";
import type { Files } from "./pack_files.ts";

interface DraftDifferenceProps {
  amends: AmendsClient;
  draft: Draft;
  /** By which examples are tried. */
  policy: string;
}

export function DraftDifference({ amends, draft, policy }: DraftDifferenceProps) {
  const [compared, setCompared] = useState<{ files: Files; before: Choice; after: Choice }>();
  const { begun, digest, files } = draft;
  if (!digest || files === begun) {
    return null;
  }
  return (
    <section aria-labelledby="difference">
      <h2 id="difference">What it changes</h2>
      <p>In words and in decisions, against the pack that you began with.</p>
      <div class="buttons">
        <button
          type="button"
          onClick={() =>
            setCompared({
              files,
              before: { pack: { case: "digest", value: digest } },
              after: { pack: { case: "files", value: sent(draft) } },
            })
          }
        >
          {compared ? "Compare anew" : "Compare"}
        </button>
      </div>
      {compared && compared.files !== files && <p class="notice">The files are others by now: compare them anew.</p>}
      {compared && <Difference amends={amends} before={compared.before} after={compared.after} policy={policy} />}
    </section>
  );
}
