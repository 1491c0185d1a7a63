/** What is being edited, pack by pack. It lives as long as the console is open in the browser: other places, and back, find it again. */
import { NotFound, type AmendsClient, type PackFiles } from "amends-client";
import { createContext } from "preact";
import { useEffect, useState } from "preact/hooks";
import { areSame, type Files } from "./pack_files.ts";

export interface Draft {
  packId: string;
  /** What one began with. */
  begun: Files;
  files: Files;
  /** As they were when they were last exported, or asked to go live. */
  saved: Files;
  /** What is to be known of where they come from; empty: nothing. */
  note: string;
  /** The tests are not among them, though the pack may have some. */
  lacksTests: boolean;
  /** Of the pack that the service had to begin with; empty: it had none. */
  digest: string;
  /** What it extends, to be read. */
  extended: readonly PackFiles[];
}

/** Drafts by the name in the address, which of one of several versions has more than the pack's id. */
export class Drafts {
  readonly #kept = new Map<string, Draft>();

  of(name: string): Draft | undefined {
    return this.#kept.get(name);
  }

  keep(name: string, draft: Draft): void {
    this.#kept.set(name, draft);
  }

  drop(name: string): void {
    this.#kept.delete(name);
  }

  /** Whether something would be lost with the page. */
  get areUnsaved(): boolean {
    return [...this.#kept.values()].some(isUnsaved);
  }
}

export function isUnsaved({ files, begun, saved }: Draft): boolean {
  return !areSame(files, begun) && !areSame(files, saved);
}

export const KeptDrafts = createContext<Drafts | undefined>(undefined);

/** The console's drafts; while one of them would be lost, the browser asks before it closes the page. */
export function useDrafts(): Drafts {
  const [drafts] = useState(() => new Drafts());
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => drafts.areUnsaved && event.preventDefault();
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [drafts]);
  return drafts;
}

/** The files of a pack as the service has them. One that it has not is begun with nothing. */
export async function begin(amends: AmendsClient, name: string, signal: AbortSignal): Promise<Draft> {
  try {
    const { packs, note, withTests, digest } = await amends.getRulePackFiles({ name: `rulePacks/${name}` }, { signal });
    const [own, ...extended] = packs;
    return { ...draftOf(own?.packId ?? name, filesOf(own)), note, lacksTests: !withTests, digest, extended };
  } catch (error) {
    if (error instanceof NotFound) {
      return { ...draftOf(name, new Map()), note: "The service has no such pack yet. Open its files, or add pack.yaml." };
    }
    throw error;
  }
}

export function draftOf(packId: string, files: Files): Draft {
  return { packId, begun: files, files, saved: files, note: "", lacksTests: false, digest: "", extended: [] };
}

export function filesOf(pack: PackFiles | undefined): Files {
  return new Map(pack?.files.map(({ path, content }) => [path, content]));
}

/** As the contract takes them. */
export function sent({ packId, files }: Pick<Draft, "packId" | "files">) {
  return { packId, files: [...files].map(([path, content]) => ({ path, content })) };
}
