/** What became of what rules asked for, by the policies that decide by a pack. */
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { AmendsClient, RuleStatistics } from "amends-client";

export const DAYS = [7, 30, 90, 365] as const;
export const USUAL_DAYS = 30;
const DAY_MS = 24 * 3_600_000;

export interface OfPolicy {
  policy: string;
  statistics: readonly RuleStatistics[];
}

interface Wanted {
  policies: readonly string[];
  days: number;
  /** Left out: all rules. */
  ruleIds?: string[];
}

export function statisticsOf(amends: AmendsClient, { policies, days, ruleIds = [] }: Wanted, signal: AbortSignal): Promise<OfPolicy[]> {
  const since = timestampFromDate(daysAgo(days));
  return Promise.all(
    policies.map(async (policy) => {
      const { statistics } = await amends.getRuleStatistics({ policy, ruleIds, since }, { signal });
      return { policy, statistics };
    }),
  );
}

export function daysAgo(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}

export interface Counts {
  applied: bigint;
  overridden: bigint;
}

/** By rule, over all the policies. */
export function countsByRule(found: readonly OfPolicy[]): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const { ruleId, applied, overridden } of found.flatMap(({ statistics }) => statistics)) {
    const before = counts.get(ruleId) ?? { applied: 0n, overridden: 0n };
    counts.set(ruleId, { applied: before.applied + applied, overridden: before.overridden + overridden });
  }
  return counts;
}
