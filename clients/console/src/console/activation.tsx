/** One activation: how far it is, what was found, and what may be done about it; followed until it is settled. */
import { ActivationState, DiagnosticSeverity, type Activation, type AmendsClient } from "amends-client";
import { useEffect } from "preact/hooks";
import { moment } from "../words.ts";
import { packOf, statesInWords, whoAsked, whoSettled } from "./activation_words.ts";
import { RollBack } from "./activation_back.tsx";
import { Settle } from "./activation_settle.tsx";
import { useAsked } from "./asked.ts";
import { linkTo } from "./place.ts";
import { Table } from "./table.tsx";
import { Told } from "./told.tsx";

const FOLLOW_MS = 500;

export function ActivationPage({ amends, activationId }: { amends: AmendsClient; activationId: string }) {
  const found = useAsked(
    async (signal) => (await amends.getActivation({ activationId }, { signal })).activation!,
    [amends, activationId],
  );
  const state = found.answer?.state;
  const underWay = state === ActivationState.REQUESTED || state === ActivationState.CHECKING;
  useEffect(() => {
    if (!underWay) {
      return undefined;
    }
    const later = setTimeout(found.again, FOLLOW_MS);
    return () => clearTimeout(later);
  }, [found.answer]);
  return (
    <>
      <h1>Activation {activationId}</h1>
      <Told asked={found} />
      <p class="outcome" role="status">
        {found.answer && statesInWords[found.answer.state]}
        {underWay && ": this page follows it"}
      </p>
      {found.answer && <Known activation={found.answer} />}
      {found.answer && <Found activation={found.answer} />}
      {found.answer && <Settle amends={amends} activation={found.answer} onDone={found.again} />}
      {found.answer && canComeBack(found.answer) && <RollBack amends={amends} activation={found.answer} />}
    </>
  );
}

/** What decided before, or was found to be in order, is kept. */
function canComeBack({ state, digest }: Activation): boolean {
  return digest !== "" && (state === ActivationState.REPLACED || state === ActivationState.VALID);
}

function Known({ activation: one }: { activation: Activation }) {
  const known: [string, string][] = [
    ["Policy", one.policy],
    ["Pack", packOf(one)],
    ["In place of", one.previousDigest.slice(0, 8) || "nothing"],
    ["Asked for by", whoAsked(one)],
    ["When", one.requestedAt ? moment(one.requestedAt) : ""],
    ["Why", one.reason],
    ["Ticket", one.ticket],
    ["Settled", one.settledAt ? moment(one.settledAt) : ""],
    ["Settled by", whoSettled(one)],
    ["Because", one.settledReason],
    ["Own tests passed", one.digest ? String(one.testsPassed) : ""],
    ["Engines that agree", one.engines.length > 0 ? `${one.engines.join(", ")}, on ${one.situationsAgreed} situations` : ""],
  ];
  return (
    <>
      <Table name="What is known of it" columns={["What", "Said"]}>
        {known
          .filter(([, said]) => said !== "")
          .map(([what, said]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{said}</td>
            </tr>
          ))}
      </Table>
      <p>
        <a href={linkTo("activations", { policy: one.policy })}>All of this policy</a>
        {one.previousDigest && one.digest && one.previousDigest !== one.digest && (
          <>
            {" · "}
            <a href={linkTo(`policy/${one.packId}/compare`, { before: one.previousDigest, after: one.digest })}>Compare with what it was in place of</a>
          </>
        )}
      </p>
    </>
  );
}

function Found({ activation: { problems, diagnostics } }: { activation: Activation }) {
  return (
    <>
      {problems.length > 0 && (
        <section aria-labelledby="problems">
          <h2 id="problems">What keeps it from going live</h2>
          <ul>
            {problems.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </section>
      )}
      {diagnostics.length > 0 && (
        <Table name="Found in its files" columns={["Where", "How bad", "What", "How to mend it"]}>
          {diagnostics.map((one) => (
            <tr key={`${one.file}:${one.line}:${one.column}:${one.code}:${one.message}`}>
              <td>
                {one.file}:{one.line}:{one.column}
              </td>
              <td class={one.severity === DiagnosticSeverity.ERROR ? "missed" : "late"}>
                {one.severity === DiagnosticSeverity.ERROR ? "error" : "warning"}
              </td>
              <td>
                {one.message} <small>({one.code})</small>
                {one.excerpt && <pre tabIndex={0}>{one.excerpt}</pre>}
              </td>
              <td>{one.hint}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
