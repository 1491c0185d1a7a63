/** The packs that are loaded: what decides by each, how that stands, and the way to its parts. */
import type { AmendsClient, PolicyStatus, RulePack } from "amends-client";
import { linkTo } from "../place.ts";
import { STANDS, wantsCare } from "../stands.ts";
import { Table } from "../table.tsx";
import { Told } from "../told.tsx";
import { useAsked } from "../asked.ts";
import { idInAddress } from "./pack_words.ts";

interface PacksPageProps {
  amends: AmendsClient;
  /** The parts that a pack has pages of. */
  parts: readonly { path: string; name: string }[];
}

export function PacksPage({ amends, parts }: PacksPageProps) {
  const found = useAsked((signal) => loaded(amends, signal), [amends]);
  return (
    <>
      <h1>Policy</h1>
      <Told asked={found} />
      {found.answer?.packs.length === 0 && <p class="notice">No pack is loaded, or none that you may see.</p>}
      {found.answer && found.answer.packs.length > 0 && <Packs {...found.answer} parts={parts} />}
      {found.answer && <WithoutPack statuses={found.answer.statuses.filter(({ digest }) => digest === "")} />}
    </>
  );
}

interface Loaded {
  packs: readonly RulePack[];
  statuses: readonly PolicyStatus[];
}

async function loaded(amends: AmendsClient, signal: AbortSignal): Promise<Loaded> {
  const packs: RulePack[] = [];
  let pageToken = "";
  for (;;) {
    const page = await amends.listRulePacks({ pageToken }, { signal });
    packs.push(...page.rulePacks);
    pageToken = page.nextPageToken;
    if (!pageToken) {
      return { packs, statuses: page.policyStatuses };
    }
  }
}

function Packs({ packs, statuses, parts }: Loaded & Pick<PacksPageProps, "parts">) {
  return (
    <Table name="Packs" columns={["Pack", "Version", "Extends", "Policies that decide by it", "Look at"]}>
      {packs.map((pack) => (
        <tr key={pack.name}>
          <th scope="row">
            <a href={linkTo(`policy/${idInAddress(pack)}`)}>{pack.title || pack.packId}</a>
            <br />
            <small>{idInAddress(pack)}</small>
          </th>
          <td>
            {pack.version} <code>{pack.digest.slice(0, 8)}</code>
          </td>
          <td>{pack.extends.join(", ") || "nothing"}</td>
          <td>
            <Policies policies={pack.policies} statuses={statuses} />
          </td>
          <td>
            <ul class="links">
              {parts.map(({ path, name }) => (
                <li key={path}>
                  <a href={linkTo(`policy/${idInAddress(pack)}/${path}`)}>
                    {name}
                    <span class="unseen"> of {pack.title || pack.packId}</span>
                  </a>
                </li>
              ))}
            </ul>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Policies({ policies, statuses }: { policies: readonly string[]; statuses: readonly PolicyStatus[] }) {
  const shown = statuses.filter(({ policy }) => policies.includes(policy));
  return shown.length === 0 ? (
    <>none</>
  ) : (
    <ul class="plain">
      {shown.map((status) => (
        <li key={status.policy}>
          <strong>{status.policy}</strong>: <Stands status={status} />
        </li>
      ))}
    </ul>
  );
}

function Stands({ status: { state, reason, activationId } }: { status: PolicyStatus }) {
  const words = reason ? `${STANDS[state]} (${reason})` : STANDS[state];
  const mark = wantsCare(state) ? "missed" : "";
  return activationId ? (
    <a class={mark} href={linkTo(`activations/${activationId}`)}>
      {words}
    </a>
  ) : (
    <span class={mark}>{words}</span>
  );
}

function WithoutPack({ statuses }: { statuses: readonly PolicyStatus[] }) {
  return statuses.length === 0 ? null : (
    <section aria-labelledby="without">
      <h2 id="without">Policies that no pack decides</h2>
      <ul>
        {statuses.map((status) => (
          <li key={status.policy}>
            <strong>{status.policy}</strong>: <Stands status={status} />
          </li>
        ))}
      </ul>
    </section>
  );
}
