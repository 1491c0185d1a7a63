/** The activations: which packs were asked for, by whom and why, and what became of each; the newest first. */
import { ActivationState, type Activation, type AmendsClient } from "amends-client";
import { useState } from "preact/hooks";
import { Line } from "../inputs.tsx";
import { moment } from "../words.ts";
import { packOf, statesInWords, whoAsked } from "./activation_words.ts";
import { useAsked } from "./asked.ts";
import { Filters } from "./filters.tsx";
import { linkTo } from "./place.ts";
import { Table } from "./table.tsx";
import { Told } from "./told.tsx";

const PAGE = 50;
const BLANK = { policy: "" };

export function ActivationsPage({ amends, asked }: { amends: AmendsClient; asked: URLSearchParams }) {
  const filter = { ...BLANK, ...Object.fromEntries(asked) };
  const [most, setMost] = useState(PAGE);
  const found = useAsked((signal) => newest(amends, { policy: filter.policy, most, signal }), [amends, most]);
  return (
    <>
      <h1>Activations</h1>
      <Filters path="activations" begun={filter}>
        {(said, say) => <Line question="Policy" value={said.policy} onType={(policy) => say({ policy })} />}
      </Filters>
      <Told asked={found} />
      {found.answer?.activations.length === 0 && <p class="notice">None.</p>}
      {found.answer && found.answer.activations.length > 0 && <Listed activations={found.answer.activations} />}
      {found.answer?.more && (
        <div class="buttons">
          <button type="button" onClick={() => setMost(most + PAGE)}>
            More
          </button>
        </div>
      )}
    </>
  );
}

async function newest(amends: AmendsClient, { policy, most, signal }: { policy: string; most: number; signal: AbortSignal }) {
  const activations: Activation[] = [];
  for await (const one of amends.eachActivation({ policy, pageSize: PAGE }, { signal })) {
    if (activations.length === most) {
      return { activations, more: true };
    }
    activations.push(one);
  }
  return { activations, more: false };
}

function Listed({ activations }: { activations: readonly Activation[] }) {
  return (
    <Table name="Asked for" columns={["When", "Policy", "Pack", "Stands", "Who", "Why"]}>
      {activations.map((one) => (
        <tr key={one.activationId}>
          <td>
            <a href={linkTo(`activations/${one.activationId}`)}>{one.requestedAt ? moment(one.requestedAt) : one.activationId}</a>
          </td>
          <td>{one.policy}</td>
          <td>{packOf(one)}</td>
          <td class={one.state === ActivationState.REFUSED ? "missed" : ""}>{statesInWords[one.state]}</td>
          <td>{whoAsked(one)}</td>
          <td>
            {one.reason}
            {one.ticket && ` (${one.ticket})`}
          </td>
        </tr>
      ))}
    </Table>
  );
}
