/** The map of a pack that is loaded: its cells as previews of the policy that decides by it, its findings as its check tells them. */
import { create, Explain, PermissionDenied, TriedSituationSchema, type AmendsClient, type Diagnostic, type RulePack } from "amends-client";
import { useState } from "preact/hooks";
import { useAsked } from "../asked.ts";
import { linkTo } from "../place.ts";
import { Told } from "../told.tsx";
import { oncePossible } from "./once_possible.ts";
import { axesAsked, linkToAxes, type Axes } from "./map/axes.ts";
import { packInWords } from "./pack_words.ts";
import type { PackPageProps } from "./pack_page.ts";
import { PolicyMap, type PolicyMapProps } from "./policy_map.tsx";

export function MapPage({ amends, packId, asked }: PackPageProps) {
  const pack = useAsked((signal) => packInWords(amends, packId, signal), [amends, packId]);
  const begun = pack.answer && axesAsked(pack.answer, asked);
  return (
    <>
      <h1>Map of {pack.answer?.title || packId}</h1>
      <Told asked={pack} />
      {pack.answer && !begun && <p class="notice">Its conditions ask of fewer than two facts: there is nothing to be mapped.</p>}
      {pack.answer && begun && <Mapped amends={amends} packId={packId} pack={pack.answer} begun={begun} />}
    </>
  );
}

interface MappedProps extends Pick<PackPageProps, "amends" | "packId"> {
  pack: RulePack;
  begun: Axes;
}

function Mapped({ amends, packId, pack, begun }: MappedProps) {
  const [axes, setAxes] = useState(begun);
  const checked = useAsked((signal) => checkOf(amends, packId, signal), [amends, packId]);

  function move(next: Axes): void {
    setAxes(next);
    // The page is not drawn anew for it: what is opened and chosen stays.
    history.replaceState(null, "", linkToAxes(`policy/${packId}/map`, next));
  }

  return (
    <>
      <Told asked={checked} />
      <p role="status" class="small">
        {checked.answer?.note ?? (checked.trouble === undefined && "The pack is being checked for gaps and breaks…")}
      </p>
      <PolicyMap
        pack={pack}
        findings={checked.answer?.findings ?? NONE}
        tryAll={tryingBy(amends, pack)}
        axes={axes}
        onAxes={move}
        linkOf={({ file, line }) => linkTo(`policy/${packId}/edit`, { file, line: String(line) })}
      />
    </>
  );
}

const NONE: readonly Diagnostic[] = [];

interface Checked {
  findings: readonly Diagnostic[];
  note: string;
}

/** What is found in the files of the pack. */
async function checkOf(amends: AmendsClient, packId: string, signal: AbortSignal): Promise<Checked> {
  try {
    const { packs, note } = await amends.getRulePackFiles({ name: `rulePacks/${packId}` }, { signal });
    const { packId: own = packId, files = [] } = packs[0] ?? {};
    const { diagnostics } = await oncePossible(() => amends.checkRulePack({ packId: own, files }, { signal }), signal);
    return { findings: diagnostics, note: packs.length > 0 ? "" : note };
  } catch (error) {
    if (error instanceof PermissionDenied) {
      return { findings: [], note: "What the checks find is not marked: to check a pack you would need the permission to publish." };
    }
    throw error;
  }
}

/** As a policy decides that goes by the pack; else as it is loaded, which needs the permission to publish. */
function tryingBy(amends: AmendsClient, { policies: [policy], digest }: RulePack): PolicyMapProps["tryAll"] {
  return async (situations, { brief }, signal) => {
    const explain = brief ? Explain.FIRED : Explain.FULL;
    if (policy === undefined) {
      const { results } = await amends.tryRulePack({ pack: { pack: { case: "digest", value: digest } }, situations: [...situations], brief, explain }, { signal });
      return results;
    }
    const items = situations.map((situation) => ({ request: { situation } }));
    const { results } = await amends.batchDecide({ items, policy, preview: true, explain }, { signal });
    return results.map(({ result }) => {
      const { decision } = result.case === "response" ? result.value : {};
      return create(TriedSituationSchema, {
        result: decision ? { case: "decision", value: decision } : { case: "error", value: result.case === "error" ? result.value : {} },
      });
    });
  };
}
