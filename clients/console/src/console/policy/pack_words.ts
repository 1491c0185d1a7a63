/** A pack with its whole policy in words, in the reader's language as far as the pack has it. */
import type { AmendsClient, Rule, RulePack } from "amends-client";
import { RulePackView } from "amends-client";
import { linkTo } from "../place.ts";

export async function packInWords(amends: AmendsClient, packId: string, signal: AbortSignal): Promise<RulePack> {
  const asked = { name: nameOf(packId), view: RulePackView.WORDS, locale: navigator.language };
  const { rulePack } = await amends.getRulePack(asked, { signal });
  return rulePack!;
}

const BEFORE = "rulePacks/";

function nameOf(packId: string): string {
  return `${BEFORE}${packId}`;
}

/** What stands in an address for a pack: its id, and of another version of it the beginning of its digest. */
export function idInAddress({ name }: Pick<RulePack, "name">): string {
  return name.slice(BEFORE.length);
}

export function linkToRule(packId: string, ruleId: string): string {
  return linkTo(`policy/${packId}/rules/${ruleId}`);
}

/** The pack that wrote a rule: the first part of its file. */
export function writtenIn({ file }: Pick<Rule, "file">): string {
  return file.split("/", 1)[0] ?? "";
}

/** Which rows of a table apply. */
export const HITS: Readonly<Record<string, string>> = {
  first: "the first row that holds",
  unique: "the only row that holds",
  collect: "every row that holds",
};
