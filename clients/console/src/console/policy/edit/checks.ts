/** What the service finds in a draft: with every pause in the typing, and once in what one began with. */
import { DiagnosticSeverity, RulePackView, type AmendsClient, type CheckRulePackResponse, type Diagnostic } from "amends-client";
import { useAsked, type Asked } from "../../asked.ts";
import { oncePossible } from "../once_possible.ts";
import { sent, type Draft } from "./drafts.ts";
import type { Files } from "./pack_files.ts";

/** Milliseconds without a key, after which what is typed is looked at. */
const PAUSE_MS = 300;

export interface Checked {
  /** What was checked; more may have been typed since. */
  files: Files;
  /** Undefined: there was no file. */
  told: CheckRulePackResponse | undefined;
}

interface Checks {
  first: Asked<Checked>;
  now: Asked<Checked>;
}

/** `inWords`: with the pack in words, which takes longer. */
export function useChecks(amends: AmendsClient, { packId, begun, files }: Draft, inWords: boolean): Checks {
  const first = useAsked((signal) => checked(amends, { packId, files: begun }, { inWords: false, signal }), [amends, packId, begun]);
  const isFirst = files === begun && !inWords;
  const now = useAsked<Checked>(
    async (signal) => (isFirst ? { files, told: undefined } : checked(amends, { packId, files }, { inWords, signal })),
    [amends, packId, files, inWords],
    files === begun ? 0 : PAUSE_MS,
  );
  return { first, now: isFirst ? first : now };
}

async function checked(
  amends: AmendsClient,
  draft: Pick<Draft, "packId" | "files">,
  { inWords, signal }: { inWords: boolean; signal: AbortSignal },
): Promise<Checked> {
  const { files } = draft;
  if (files.size === 0) {
    return { files, told: undefined };
  }
  const view = inWords ? RulePackView.WORDS : RulePackView.UNSPECIFIED;
  return { files, told: await oncePossible(() => amends.checkRulePack({ ...sent(draft), view }, { signal }), signal) };
}

export function isError({ severity }: Diagnostic): boolean {
  return severity === DiagnosticSeverity.ERROR;
}

/**
 * What was found in the one and not in the other, wherever it stands: what is typed above moves it. Of a pack that does not
 * compile nobody knows what else would be found.
 */
export function lost(one: CheckRulePackResponse, other: CheckRulePackResponse): Diagnostic[] {
  const known = new Set(other.diagnostics.map(saying));
  return one.compiles && !other.compiles ? [] : one.diagnostics.filter((found) => !known.has(saying(found)));
}

function saying({ file, code, message }: Diagnostic): string {
  return JSON.stringify([file, code, message]);
}
