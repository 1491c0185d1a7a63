/** An activation as words for a person. */
import { ActivationState, type Activation, type Actor } from "amends-client";

export const statesInWords: Record<ActivationState, string> = {
  [ActivationState.UNSPECIFIED]: "",
  [ActivationState.REQUESTED]: "Asked for",
  [ActivationState.CHECKING]: "Being checked",
  [ActivationState.AWAITING_APPROVAL]: "Waits for approval",
  [ActivationState.LIVE]: "Live",
  [ActivationState.REPLACED]: "Replaced",
  [ActivationState.REFUSED]: "Refused",
  [ActivationState.CANCELLED]: "Called off",
  [ActivationState.VALID]: "In order, only checked",
};

/** By origin, where nobody asked. */
const BY_ITSELF: Readonly<Record<string, string>> = { folder: "the folder of packs", proof: "the service, for a proof" };

export function packOf({ packId, version, digest }: Pick<Activation, "packId" | "version" | "digest">): string {
  return [packId, version, digest && `(${digest.slice(0, 8)})`].filter(Boolean).join(" ") || "not known";
}

export function whoAsked({ actor, caller, origin }: Activation): string {
  return person(actor, caller) || (BY_ITSELF[origin] ?? "not told apart");
}

export function whoSettled({ settledBy, settledByCaller }: Activation): string {
  return person(settledBy, settledByCaller);
}

function person(actor: Actor | undefined, caller: string): string {
  const said = actor?.actorId ?? "";
  return said && caller ? `${said} (as ${caller})` : said || caller;
}
