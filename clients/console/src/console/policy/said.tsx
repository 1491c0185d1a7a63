/** What a pack says, in the language in which it says it. */
import type { PackText } from "amends-client";

export function Said({ said: { text, language } }: { said: PackText }) {
  // The page is English, and so is what names no language.
  return language ? <span lang={language}>{text}</span> : <>{text}</>;
}
