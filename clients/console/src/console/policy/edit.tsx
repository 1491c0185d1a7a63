/** A pack while it is edited: what the service says of it with every pause, and what one does with it then. */
import type { AmendsClient } from "amends-client";
import { useContext, useState } from "preact/hooks";
import { linkTo } from "../place.ts";
import { useAsked } from "../asked.ts";
import { Told } from "../told.tsx";
import { begin, KeptDrafts, type Draft } from "./edit/drafts.ts";
import { Editing } from "./edit/editing.tsx";
import { Open } from "./edit/open.tsx";
import type { Opened } from "./edit/opened.ts";
import type { PackPageProps } from "./pack_page.ts";

export function EditPage({ amends, packId: name, asked }: PackPageProps) {
  const drafts = useContext(KeptDrafts)!;
  const [draft, setDraft] = useState(drafts.of(name));
  const begun = useAsked(
    async (signal) => {
      if (draft === undefined) {
        keep(await begin(amends, name, signal));
      }
    },
    [amends, name, draft === undefined],
  );

  function keep(next: Draft): void {
    drafts.keep(name, next);
    setDraft(next);
  }

  async function replace(opened: Opened): Promise<void> {
    const other = opened.packId || name;
    const before = other === draft?.packId ? draft : (drafts.of(other) ?? (await beginning(amends, other)));
    const next = { ...before, files: opened.files, note: asideOf(opened), lacksTests: false };
    if (other === draft?.packId) {
      keep(next);
    } else {
      drafts.keep(other, next);
      location.hash = linkTo(`policy/${other}/edit`);
    }
  }

  return (
    <>
      <h1>Edit {name}</h1>
      <Told asked={begun} />
      {draft && (
        <Editing
          amends={amends}
          draft={draft}
          onDraft={keep}
          onBeginAgain={() => {
            drafts.drop(name);
            setDraft(undefined);
          }}
          asked={asked}
        />
      )}
      {draft && <Open draft={draft} onOpen={replace} />}
    </>
  );
}

function beginning(amends: AmendsClient, name: string): Promise<Draft> {
  return begin(amends, name, new AbortController().signal);
}

function asideOf({ aside }: Opened): string {
  return aside.length === 0 ? "" : `Left aside, as it is neither rules nor tables nor tests: ${aside.join(", ")}`;
}
