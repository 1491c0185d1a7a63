/** Where in the console one is: the page and what it is asked, in the address behind the hash, which no server is sent. */
import { useEffect, useState } from "preact/hooks";

export interface Place {
  /** As written, to tell one place from another. */
  address: string;
  /** Of `#/log/7?all=1` it is `log`. */
  page: string;
  /** Of `#/log/7?all=1` it is `7`. */
  within: string;
  /** Of `#/log/7?all=1` it is `all=1`. */
  asked: URLSearchParams;
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = () => setHash(location.hash);
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  const address = hash.replace(/^#\/?/, "");
  const [path, asked] = splitAt(address, "?");
  const [page, within] = splitAt(path, "/");
  return { address, page: page || "decide", within: decoded(within), asked: new URLSearchParams(asked) };
}

/** The address of a place, for a link; what is empty is left out. */
export function linkTo(path: string, asked: Readonly<Record<string, string>> = {}): string {
  const said = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ""));
  return `#/${path}${said.size > 0 ? `?${said}` : ""}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What stands before a mark and what behind it. */
export function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
