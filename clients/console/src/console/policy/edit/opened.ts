/** Files that a person opens: a folder, some files or a zip. All that is wrong is told at once, before any of them is read. */
import { listed, unpacked } from "./archive.ts";
import { canBePack, MOST_BYTES, MOST_FILES, whyNot, type Files } from "./pack_files.ts";

export interface Opened {
  /** As its folder is named; empty: it came without. */
  packId: string;
  files: Files;
  /** What was left aside, as `amends check` would. */
  aside: readonly string[];
}

/** Why what was opened is no pack. */
export class NoPack extends Error {
  constructor(readonly wrong: readonly string[]) {
    super(wrong.join("\n"));
  }
}

interface Found {
  /** As it was found, folders and all. */
  name: string;
  size: number;
}

interface Chosen {
  packId: string;
  /** The path in the pack, by name. */
  paths: ReadonlyMap<string, string>;
  aside: readonly string[];
}

const MEBIBYTE = 1024 * 1024;

export async function opened(files: readonly File[]): Promise<Opened> {
  const zip = files.find(({ name }) => name.toLowerCase().endsWith(".zip"));
  if (zip === undefined) {
    return openedFiles(files);
  }
  if (files.length > 1) {
    throw new NoPack([`${zip.name}: a zip is opened by itself, with nothing beside it`]);
  }
  return openedZip(zip);
}

async function openedFiles(files: readonly File[]): Promise<Opened> {
  const byName = new Map(files.map((file) => [file.webkitRelativePath || file.name, file]));
  const { packId, paths, aside } = chosen([...byName].map(([name, { size }]) => ({ name, size })));
  const read = [...paths].map(async ([name, path]): Promise<[string, Uint8Array]> => [path, await bytesOf(byName.get(name)!)]);
  return { packId, files: new Map(await Promise.all(read)), aside };
}

async function openedZip(zip: File): Promise<Opened> {
  if (zip.size > MOST_BYTES) {
    throw new NoPack([`${zip.name}: larger than ${MOST_BYTES / MEBIBYTE} MiB`]);
  }
  const bytes = await bytesOf(zip);
  const { packId, paths, aside } = chosen(
    whole(zip, () => listed(bytes)).map(({ name, originalSize }) => ({ name, size: originalSize })),
  );
  const contents = whole(zip, () => unpacked(bytes, new Set(paths.keys())));
  return { packId, files: new Map([...paths].map(([name, path]) => [path, contents.get(name)!])), aside };
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

function whole<T>(zip: File, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new NoPack([`${zip.name}: no zip that can be read (${(error as Error).message})`]);
  }
}

/** The pack among what was found: where `pack.yaml` is, and what lies beside and under it. */
function chosen(found: readonly Found[]): Chosen {
  const headers = found.map(({ name }) => name).filter((name) => /(^|\/)pack\.yaml$/.test(name));
  const least = Math.min(...headers.map(depth));
  const [header, ...others] = headers.filter((name) => depth(name) === least);
  if (header === undefined) {
    throw new NoPack(["There is no pack.yaml among them: open the folder that has it."]);
  }
  if (others.length > 0) {
    throw new NoPack([`There are several packs; open one of them: ${[header, ...others].join(", ")}`]);
  }
  const root = header.slice(0, -"pack.yaml".length);
  const belongs = ({ name }: Found) => name.startsWith(root) && isOfPack(name.slice(root.length));
  const own = found.filter(belongs);
  const packId = root.split("/").at(-2) ?? "";
  const wrong = [...(packId && !canBePack(packId) ? [`${packId}: no name of a pack's folder`] : []), ...wrongWith(own, root)];
  if (wrong.length > 0) {
    throw new NoPack(wrong);
  }
  const aside = found.filter((one) => !belongs(one)).map(({ name }) => name);
  return { packId, paths: new Map(own.map(({ name }) => [name, name.slice(root.length)])), aside };
}

function wrongWith(found: readonly Found[], root: string): string[] {
  const names = found.map(({ name }) => name);
  const bytes = found.reduce((sum, { size }) => sum + size, 0);
  const seen = new Set<string>();
  const twice = names.filter((name) => seen.size === seen.add(name).size).map((name) => `${name}: it stands twice`);
  const misnamed = names.map((name) => [name, whyNot(name.slice(root.length))] as const).filter(([, why]) => why);
  return [
    ...(found.length > MOST_FILES ? [`${found.length} files; a pack has ${MOST_FILES} at most`] : []),
    ...(bytes > MOST_BYTES ? [`${(bytes / MEBIBYTE).toFixed(1)} MiB; a pack has ${MOST_BYTES / MEBIBYTE} at most`] : []),
    ...misnamed.map(([name, why]) => `${name}: ${why}`),
    ...twice,
  ];
}

function depth(name: string): number {
  return name.split("/").length;
}

/** Rules, tables and tests, also those whose ending is a mistake; no notes, and nothing that is hidden. */
function isOfPack(path: string): boolean {
  return /\.(ya?ml|csv)$/i.test(path) && !path.split("/").some((part) => part.startsWith(".") && !/^\.+$/.test(part));
}
