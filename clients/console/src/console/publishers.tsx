/** What only those need who may publish: others read in one line what they would need, before they fill in a form. */
import { Permission, type AmendsClient } from "amends-client";
import type { ComponentChildren } from "preact";
import { useAsked } from "./asked.ts";

interface ForPublishersProps {
  amends: AmendsClient;
  /** What it is for, behind "To": "roll back". */
  to: string;
  children: ComponentChildren;
}

export function ForPublishers({ amends, to, children }: ForPublishersProps) {
  const may = useAsked((signal) => mayPublish(amends, signal), [amends]);
  if (may.trouble === undefined && may.answer === false) {
    return <p class="notice">To {to} you would need the permission to publish.</p>;
  }
  // Who may not even read what they may do is not kept from trying: the service refuses what it must.
  return may.answer || may.trouble ? <>{children}</> : null;
}

/** An older service does not say: then it may be tried. */
async function mayPublish(amends: AmendsClient, signal: AbortSignal): Promise<boolean> {
  const { permissions } = await amends.listRulePacks({ pageSize: 1 }, { signal });
  return permissions.length === 0 || permissions.includes(Permission.PUBLISH);
}
