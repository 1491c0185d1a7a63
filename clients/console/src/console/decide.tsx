/** Try the policy: facts on the left, and beside them what would be decided, with every key. Nothing is recorded. */
import { Explain, type AmendsClient } from "amends-client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useAsked } from "./asked.ts";
import { begin, type Begun } from "./begin.ts";
import { Bar, Found } from "./found.tsx";
import { Load } from "./load.tsx";
import { packNamed, policies, type Policies } from "./packs.ts";
import { Sheet } from "./sheet.tsx";
import { TakeAlong } from "./take_along.tsx";
import { Told } from "./told.tsx";

const PAUSE_MS = 120;

interface DecidePageProps {
  amends: AmendsClient;
  asked: URLSearchParams;
}

export function DecidePage({ amends, asked }: DecidePageProps) {
  const known = useAsked((signal) => policies(amends, signal), [amends]);
  const begun = useAsked((signal) => begin(amends, asked, signal), [amends]);
  return (
    <>
      <h1>What would be decided?</h1>
      <Told asked={known} also={begun} />
      {known.answer?.packOf.size === 0 && <p class="notice">You may see no policy, or there is none.</p>}
      {known.answer && known.answer.packOf.size > 0 && begun.answer && (
        <Trying amends={amends} known={known.answer} begun={begun.answer} />
      )}
    </>
  );
}

function Trying({ amends, known, begun }: { amends: AmendsClient; known: Policies; begun: Begun }) {
  const [policy, setPolicy] = useState(known.packOf.has(begun.policy) ? begun.policy : [...known.packOf.keys()][0]!);
  const [situation, setSituation] = useState(begun.situation);
  const [loads, setLoads] = useState(0);
  const [sought, setSought] = useState("");
  const [wanted, setWanted] = useState<{ path: string }>();
  const packId = known.packOf.get(policy)!;
  const pack = useAsked((signal) => packNamed(amends, packId, signal), [amends, packId]);
  const previewed = useAsked((signal) => preview(amends, { situation, policy }, signal), [amends, situation, policy], PAUSE_MS);
  const needed = useMemo(
    () => new Set(previewed.answer?.neededFacts.map(({ path }) => path) ?? []),
    [previewed.answer],
  );
  useEffect(() => {
    if (wanted) {
      document.getElementById(`fact-${wanted.path}`)?.querySelector<HTMLElement>("input, select, summary, button")?.focus();
    }
  }, [wanted]);

  function load(next: Begun): void {
    setSituation(next.situation);
    setPolicy(known.packOf.has(next.policy) ? next.policy : policy);
    setLoads(loads + 1);
  }

  return (
    <>
      <div class="bar">
        <label>
          Policy
          <select value={policy} onChange={(event) => setPolicy(event.currentTarget.value)}>
            {[...known.packOf].map(([name, pack]) => (
              <option key={name} value={name}>
                {name === pack ? name : `${name} (${pack})`}
              </option>
            ))}
          </select>
        </label>
        <Load amends={amends} currency={pack.answer?.currency ?? ""} onLoad={load} />
        <TakeAlong situation={situation} policy={policy} />
      </div>
      <div class="beside">
        {previewed.answer && <Bar decision={previewed.answer} />}
        {pack.answer?.packId === packId && (
          <Sheet
            key={`${packId} ${loads}`}
            situation={situation}
            facts={pack.answer.facts}
            currency={pack.answer.currency}
            needed={needed}
            sought={sought}
            onSeek={setSought}
            onSituation={setSituation}
          />
        )}
        <section class="found" aria-labelledby="found">
          <h2 id="found">Would be decided</h2>
          <Told asked={previewed} also={pack} />
          {previewed.trouble === undefined && previewed.answer && (
            <Found
              decision={previewed.answer}
              onAnswer={(path) => {
                setSought("");
                setWanted({ path });
              }}
            />
          )}
        </section>
      </div>
    </>
  );
}

async function preview(amends: AmendsClient, { situation, policy }: Begun, signal: AbortSignal) {
  const { decision } = await amends.decide({ situation, policy, preview: true, explain: Explain.FULL }, { signal });
  return decision!;
}
