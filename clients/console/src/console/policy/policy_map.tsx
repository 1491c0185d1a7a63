/** The map of a pack: who gets what over two of its facts, with its gaps, and where more gives less. */
import type { Diagnostic, RulePack, Situation, TriedSituation } from "amends-client";
import type { Axes } from "./map/axes.ts";

export type { Axes };

export interface PolicyMapProps {
  /** In `RULE_PACK_VIEW_WORDS`. */
  pack: RulePack;
  /** Of `CheckRulePack`: those about cells are marked. */
  findings: readonly Diagnostic[];
  /** Decides by the pack that is mapped, at most 500 at once: briefly for the cells, whole for one that is opened. */
  tryAll: (situations: readonly Situation[], how: { brief: boolean }, signal: AbortSignal) => Promise<readonly TriedSituation[]>;
  axes: Axes;
  onAxes: (axes: Axes) => void;
}

export function PolicyMap({ pack }: PolicyMapProps) {
  return <p>{pack.title}</p>;
}
