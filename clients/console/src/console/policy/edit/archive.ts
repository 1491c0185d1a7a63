/** A pack as one file: a zip that holds its folder. */
import { unzipSync, zipSync, type UnzipFileInfo } from "fflate";
import type { Files } from "./pack_files.ts";

/** The same files make the same bytes, whenever and wherever they are packed. */
const WHENEVER = new Date(1980, 0, 1);

export function packed(packId: string, files: Files): Uint8Array<ArrayBuffer> {
  const inFolder = [...files].map(([path, content]): [string, Uint8Array] => [`${packId}/${path}`, content]);
  return zipSync(Object.fromEntries(inFolder.sort(([one], [other]) => (one < other ? -1 : 1))), { mtime: WHENEVER });
}

/** What a zip says that it holds; nothing of it is unpacked yet. */
export function listed(zip: Uint8Array): UnzipFileInfo[] {
  const found: UnzipFileInfo[] = [];
  unzipSync(zip, { filter: (file) => !found.push(file) });
  return found.filter(({ name }) => !name.endsWith("/"));
}

/** Each file has as many bytes as the zip says at most: what unpacks to more is broken. */
export function unpacked(zip: Uint8Array, names: ReadonlySet<string>): Files {
  return new Map(Object.entries(unzipSync(zip, { filter: ({ name }) => names.has(name) })));
}
