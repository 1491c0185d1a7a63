/** What decides: the policies with their packs, and what a pack declares. */
import type { AmendsClient, RulePack } from "amends-client";

export interface Policies {
  /** Pack ids by policy, in the order in which they are offered. */
  packOf: ReadonlyMap<string, string>;
  titles: ReadonlyMap<string, string>;
}

export async function policies(amends: AmendsClient, signal: AbortSignal): Promise<Policies> {
  const found: [string, string][] = [];
  const titles = new Map<string, string>();
  for await (const pack of amends.eachRulePack({ signal })) {
    titles.set(pack.packId, pack.title);
    found.push(...pack.policies.map((policy): [string, string] => [policy, pack.packId]));
  }
  return { packOf: new Map(found.sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1))), titles };
}

/** What is asked where nobody says a policy stands first. */
function rank(policy: string): number {
  return policy === "default" ? 0 : 1;
}

export async function packNamed(amends: AmendsClient, packId: string, signal: AbortSignal): Promise<RulePack> {
  const { rulePack } = await amends.getRulePack({ name: `rulePacks/${packId}` }, { signal });
  return rulePack!;
}
