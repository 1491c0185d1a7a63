/** Two versions of a pack side by side: those that the service keeps, as activations tell them. */
import { ActivationState, type Activation, type AmendsClient } from "amends-client";
import { useMemo, useState } from "preact/hooks";
import { moment } from "../../words.ts";
import { useAsked } from "../asked.ts";
import { linkTo } from "../place.ts";
import { Told } from "../told.tsx";
import { Difference, type Choice } from "./difference.tsx";
import type { PackPageProps } from "./pack_page.ts";
import { packInWords } from "./pack_words.ts";

/** As many of the newest activations are looked through. */
const MOST = 500;

interface Known {
  versions: readonly Version[];
  /** A policy that the pack decides. */
  policy: string;
}

interface Version {
  digest: string;
  /** Where it stands, when it came and what it is called. */
  words: string;
}

export function ComparePage({ amends, packId, asked }: PackPageProps) {
  const kept = useAsked((signal) => versions(amends, packId, signal), [amends, packId]);
  return (
    <>
      <h1>Compare versions of {packId}</h1>
      <Told asked={kept} />
      {kept.answer && <Comparing amends={amends} packId={packId} known={kept.answer} asked={asked} />}
    </>
  );
}

interface ComparingProps extends Omit<PackPageProps, "within"> {
  known: Known;
}

function Comparing({ amends, packId, known: { versions: known, policy }, asked }: ComparingProps) {
  // What an address names may be kept although no activation tells it any more.
  const [before, setBefore] = useState(asked.get("before") ?? known[1]?.digest ?? "");
  const [after, setAfter] = useState(asked.get("after") ?? known[0]?.digest ?? "");
  const [one, other] = useMemo((): [Choice, Choice] => [choice(before), choice(after)], [before, after]);

  function chosen(next: { before: string; after: string }): void {
    setBefore(next.before);
    setAfter(next.after);
    history.replaceState(null, "", linkTo(`policy/${packId}/compare`, next));
  }

  return (
    <>
      {known.length < 2 && (
        <p class="notice">The service keeps one version alone. What you edit is compared with it on the page where you edit.</p>
      )}
      <form class="bar" aria-label="Versions" onSubmit={(event) => event.preventDefault()}>
        <OfVersions name="Before" versions={known} value={before} onChoose={(digest) => chosen({ before: digest, after })} />
        <OfVersions name="After" versions={known} value={after} onChoose={(digest) => chosen({ before, after: digest })} />
        <button type="button" onClick={() => chosen({ before: after, after: before })}>
          Swap
        </button>
      </form>
      {before && after && <Difference amends={amends} before={one} after={other} policy={policy} />}
    </>
  );
}

function choice(digest: string): Choice {
  return { pack: { case: "digest", value: digest } };
}

interface OfVersionsProps {
  name: string;
  versions: readonly Version[];
  value: string;
  onChoose: (digest: string) => void;
}

function OfVersions({ name, versions: known, value, onChoose }: OfVersionsProps) {
  return (
    <label>
      {name}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!known.some(({ digest }) => digest === value) && <option value={value}>{value ? value.slice(0, 8) : "choose one"}</option>}
        {known.map(({ digest, words: said }) => (
          <option key={digest} value={digest}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The one that decides first, then those that did or could, the newest first. */
async function versions(amends: AmendsClient, packId: string, signal: AbortSignal): Promise<Known> {
  const live = await packInWords(amends, packId, signal);
  const found = new Map<string, string>([[live.digest, `${live.version} (${live.digest.slice(0, 8)}), decides now`]]);
  let looked = 0;
  for await (const one of amends.eachActivation({ pageSize: 100 }, { signal })) {
    if (one.packId === live.packId && isKept(one) && !found.has(one.digest)) {
      found.set(one.digest, inWords(one));
    }
    looked += 1;
    if (looked === MOST) {
      break;
    }
  }
  return { versions: [...found].map(([digest, words]) => ({ digest, words })), policy: live.policies[0] ?? "" };
}

/** The service keeps what decided, or was found to be in order; before it is checked nobody knows its version. */
function isKept({ digest, version, state }: Activation): boolean {
  return digest !== "" && version !== "" && state !== ActivationState.REFUSED && state !== ActivationState.CANCELLED;
}

function inWords({ version, digest, requestedAt, reason }: Activation): string {
  const when = requestedAt ? `, ${moment(requestedAt)}` : "";
  return `${version} (${digest.slice(0, 8)})${when}${reason ? `: ${reason}` : ""}`.slice(0, 120);
}
