/** What only those need who may publish: others read in one line what they would need, before they fill in a form. */
import { Permission, type AmendsClient } from "amends-client";
import type { ComponentChildren } from "preact";
import { allowedTo } from "../allowed.ts";
import { useAsked } from "./asked.ts";

interface ForPublishersProps {
  amends: AmendsClient;
  /** What it is for, behind "To": "roll back". */
  to: string;
  children: ComponentChildren;
}

export function ForPublishers({ amends, to, children }: ForPublishersProps) {
  const allowed = useAsked((signal) => allowedTo(amends, signal), [amends]);
  if (allowed.trouble === undefined && allowed.answer?.(Permission.PUBLISH) === false) {
    return <p class="notice">To {to} you would need the permission to publish.</p>;
  }
  // A service that is away keeps nobody from a form: it refuses what it must once it is back.
  return allowed.answer || allowed.trouble ? <>{children}</> : null;
}
