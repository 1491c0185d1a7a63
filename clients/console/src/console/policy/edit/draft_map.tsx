/** The map of the draft: who would get what by it, with what is found in its cells. */
import { Explain, type AmendsClient, type CheckRulePackResponse } from "amends-client";
import { useState } from "preact/hooks";
import { usualAxes } from "../map/axes.ts";
import { PolicyMap, type PolicyMapProps } from "../policy_map.tsx";
import { oncePossible } from "../once_possible.ts";
import { sent, type Draft } from "./drafts.ts";

interface DraftMapProps {
  amends: AmendsClient;
  draft: Draft;
  told: CheckRulePackResponse | undefined;
  /** Whether it is looked at: only then is the pack told in words. */
  onOpen: (isOpen: boolean) => void;
}

export function DraftMap({ amends, draft, told, onOpen }: DraftMapProps) {
  return (
    <details class="panel" onToggle={(event) => onOpen(event.currentTarget.open)}>
      <summary>Its map</summary>
      {told && !told.compiles && <p>It does not compile, so it decides nothing.</p>}
      {told?.rulePack && <Drawn amends={amends} draft={draft} pack={told.rulePack} findings={told.diagnostics} />}
    </details>
  );
}

type DrawnProps = Pick<DraftMapProps, "amends" | "draft"> & Pick<PolicyMapProps, "pack" | "findings">;

function Drawn({ amends, draft, pack, findings }: DrawnProps) {
  const [axes, setAxes] = useState(usualAxes(pack));
  if (axes === undefined) {
    return <p>Its conditions ask of less than two facts, so there is nothing to draw.</p>;
  }
  const tryAll: PolicyMapProps["tryAll"] = async (situations, { brief }, signal) => {
    const choice = { pack: { case: "files" as const, value: sent(draft) } };
    const asked = { pack: choice, situations: [...situations], brief, explain: brief ? Explain.FIRED : Explain.FULL };
    return (await oncePossible(() => amends.tryRulePack(asked, { signal }), signal)).results;
  };
  return <PolicyMap pack={pack} findings={findings} tryAll={tryAll} axes={axes} onAxes={setAxes} />;
}
