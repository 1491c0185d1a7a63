/** The files of a pack while they are edited: bytes by path, so that what nobody touches stays as it was written. */

export type Files = ReadonlyMap<string, Uint8Array>;

/** What the service reads at most, as the contract says. */
export const MOST_FILES = 1_000;
const MOST_CHARACTERS = 200;
const ENDINGS = [".yaml", ".csv"];
/** What a request may hold, unless the service is set up otherwise; the files are most of it. */
export const MOST_BYTES = 8 * 1024 * 1024;

/** Which packs there can be, as the contract says. */
export function canBePack(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(id);
}

/** Why a pack can have no file of that path; empty: it can. */
export function whyNot(path: string): string {
  const parts = path.split("/");
  if ([...path].length > MOST_CHARACTERS) {
    return `longer than ${MOST_CHARACTERS} characters`;
  }
  if (/[\p{C}\\]|(?! )\p{Z}/u.test(path)) {
    return "it holds a character that no path in a pack has";
  }
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    return "no path in a pack; expected one such as pack.yaml or tests/late_test.yaml";
  }
  if (!ENDINGS.some((ending) => path.endsWith(ending))) {
    return `no file of a pack; expected one that ends in ${ENDINGS.join(" or ")}`;
  }
  return "";
}

/** As it is edited: lines end in a line feed alone, as a text area has them. Undefined: it is no text. */
export function textOf(content: Uint8Array): string | undefined {
  return decoded(content)?.replace(/\r\n?/g, "\n");
}

/** The content with another text, its lines ending as they did. */
export function rewritten(content: Uint8Array, text: string): Uint8Array {
  const before = decoded(content) ?? "";
  const endsWithReturn = before.includes("\r\n") && !/(^|[^\r])\n/.test(before);
  return encoded(endsWithReturn ? text.replace(/\n/g, "\r\n") : text);
}

export function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decoded(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** The files with another content at that path; undefined: with none. */
export function withFile(files: Files, path: string, content: Uint8Array | undefined): Files {
  const next = new Map(files);
  if (content === undefined) {
    next.delete(path);
  } else {
    next.set(path, content);
  }
  return next;
}

export type Mark = "new" | "changed" | "removed" | "";

/** What became of a file since it was begun with. */
export function markOf(path: string, begun: Files, files: Files): Mark {
  const before = begun.get(path);
  const now = files.get(path);
  if (before === undefined || now === undefined) {
    return before ? "removed" : now ? "new" : "";
  }
  return isSame(before, now) ? "" : "changed";
}

/** Of both, the header first and the tests last. */
export function pathsOf(begun: Files, files: Files): string[] {
  const rank = (path: string) => (path === "pack.yaml" ? 0 : path.startsWith("tests/") ? 2 : 1);
  return [...new Set([...begun.keys(), ...files.keys()])].sort(
    (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1),
  );
}

export function areSame(some: Files, others: Files): boolean {
  return some === others || pathsOf(some, others).every((path) => markOf(path, some, others) === "");
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one === other || (one.length === other.length && one.every((byte, at) => byte === other[at]));
}
