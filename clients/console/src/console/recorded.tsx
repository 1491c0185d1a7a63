/** One recorded decision: what it came to and why, what was done since, the case's others, and whether it still holds. */
import {
  ActorKind,
  Explain,
  moneyText,
  ObligationState,
  OutcomeKind,
  ReplayResult,
  SituationSchema,
  toJson,
  type Actor,
  type AmendsClient,
  type Decision,
  type RecordedDecision,
  type RecordedOutcome,
  type ReplayDecisionResponse,
} from "amends-client";
import { useState } from "preact/hooks";
import { Card, type DoneSo } from "../card.tsx";
import { Changed, NotToSay, Overruled, Promised } from "../decided.tsx";
import { done, kindOf, moment, outcomeWords, promised, words } from "../words.ts";
import { useAsked } from "./asked.ts";
import { Explanation } from "./explanation.tsx";
import { Decisions } from "./log.tsx";
import { linkTo } from "./place.ts";
import { Table } from "./table.tsx";
import { Told } from "./told.tsx";

interface RecordedPageProps {
  amends: AmendsClient;
  decisionId: string;
}

export function RecordedPage({ amends, decisionId }: RecordedPageProps) {
  const found = useAsked((signal) => opened(amends, decisionId, signal), [amends]);
  return (
    <>
      <h1>Decision {decisionId}</h1>
      <Told asked={found} />
      {found.answer && <Recorded amends={amends} {...found.answer} />}
    </>
  );
}

async function opened(amends: AmendsClient, decisionId: string, signal: AbortSignal) {
  const { decision: recorded } = await amends.getDecision({ decisionId }, { signal });
  const caseId = recorded!.summary?.caseId ?? "";
  const line = caseId ? await amends.listDecisions({ caseId, pageSize: 50 }, { signal }) : undefined;
  return { recorded: recorded!, line: line?.decisions ?? [] };
}

function Recorded({ amends, recorded, line }: { amends: AmendsClient } & Awaited<ReturnType<typeof opened>>) {
  const { summary, decision, situation, actor } = recorded;
  return (
    <>
      <p>
        {summary?.decidedAt && moment(summary.decidedAt)}, case {summary?.caseId}, policy {summary?.policy} ({summary?.packId}{" "}
        {summary?.packVersion}, {summary?.packDigest.slice(0, 8)}){actor && ` for ${actorInWords(actor)}`}
      </p>
      {summary?.supersededBy && (
        <p class="notice">
          Superseded by <a href={linkTo(`log/${summary.supersededBy}`)}>{summary.supersededBy}</a>
        </p>
      )}
      <Replay amends={amends} decisionId={summary?.decisionId ?? ""} />
      {decision ? <Decided recorded={recorded} /> : <p class="notice">What was decided is erased.</p>}
      {decision && <InFull amends={amends} decisionId={summary?.decisionId ?? ""} decision={decision} />}
      <Outcomes recorded={recorded} />
      <Obligations recorded={recorded} />
      {situation && (
        <section aria-labelledby="from">
          <h2 id="from">From these facts</h2>
          <p>
            <a href={linkTo("decide", { decision: summary?.decisionId ?? "" })}>Try them with other facts</a>
          </p>
          <pre tabIndex={0}>{JSON.stringify(toJson(SituationSchema, situation), undefined, 2)}</pre>
        </section>
      )}
      <section aria-labelledby="line">
        <h2 id="line">The case's decisions</h2>
        <Decisions decisions={line} />
      </section>
    </>
  );
}

function Decided({ recorded: { decision, outcomes } }: { recorded: RecordedDecision }) {
  if (!decision) {
    return null;
  }
  return (
    <>
      <p class="outcome">{outcomeWords[decision.outcome]}</p>
      <Changed decision={decision} />
      <ol class="cards">
        {decision.actions.map((action) => (
          <Card key={action.actionId} action={action} doneSo={lastOf(action.actionId, outcomes)} currency="" onDone={undefined} isDecided />
        ))}
      </ol>
      {decision.neededFacts.length > 0 && (
        <section aria-labelledby="missing">
          <h2 id="missing">Was missing</h2>
          <ul>
            {decision.neededFacts.map(({ path, question }) => (
              <li key={path}>{question || words(path)}</li>
            ))}
          </ul>
        </section>
      )}
      <NotToSay decision={decision} />
      <Promised decision={decision} />
      <Overruled decision={decision} />
    </>
  );
}

/** Rule by rule with every condition: the log keeps what decided, and the same rules tell the rest again. */
function InFull({ amends, decisionId, decision }: RecordedPageProps & { decision: Decision }) {
  const [wanted, setWanted] = useState(false);
  const again = useAsked<ReplayDecisionResponse | undefined>(
    async (signal) => (wanted ? amends.replayDecision({ decisionId, explain: Explain.FULL }, { signal }) : undefined),
    [amends, wanted],
  );
  const isSame = again.answer?.result === ReplayResult.SAME;
  return (
    <>
      <Explanation decision={(isSame && again.answer?.decision) || decision} onOpen={() => setWanted(true)} />
      <Told asked={again} />
      {again.answer && !isSame && <p class="notice">What each condition came to is not told: {REPLAYED[again.answer.result]}</p>}
    </>
  );
}

function lastOf(actionId: string, outcomes: readonly RecordedOutcome[]): DoneSo | undefined {
  const last = outcomes.filter(({ about }) => about.case === "actionId" && about.value === actionId).at(-1);
  return last && { kind: last.kind, reason: last.reason, instead: last.instead, remarks: [] };
}

function Outcomes({ recorded: { decision, outcomes } }: { recorded: RecordedDecision }) {
  const actions = new Map(decision?.actions.map((action) => [action.actionId, kindOf(action)]));
  return outcomes.length === 0 ? null : (
    <Table name="What was done" columns={["When", "About", "What", "Amount", "Who", "Why"]}>
      {outcomes.map((one) => (
        <tr key={one.outcomeId}>
          <td>{one.time && moment(one.time)}</td>
          <td>{one.about.case === "actionId" ? actions.get(one.about.value) ?? one.about.value : "a promise"}</td>
          <td>{done[one.kind] ?? words(OutcomeKind[one.kind])}</td>
          <td>{one.amount && moneyText(one.amount)}</td>
          <td>{one.actor && actorInWords(one.actor)}</td>
          <td>{one.reason}</td>
        </tr>
      ))}
    </Table>
  );
}

function Obligations({ recorded: { obligations } }: { recorded: RecordedDecision }) {
  return obligations.length === 0 ? null : (
    <Table name="Promises" columns={["Due", "What", "Team", "Stands"]}>
      {obligations.map(({ obligationId, obligation, team, state }) => (
        <tr key={obligationId}>
          <td>{obligation?.dueTime && moment(obligation.dueTime)}</td>
          <td>{obligation && promised(obligation.kind)}</td>
          <td>{words(team)}</td>
          <td>{words(ObligationState[state])}</td>
        </tr>
      ))}
    </Table>
  );
}

function actorInWords({ actorId, role, kind }: Actor): string {
  const who = actorId || (kind === ActorKind.UNSPECIFIED ? "somebody" : words(ActorKind[kind]).toLowerCase());
  return role ? `${who} (${role.replace(/_/g, " ")})` : who;
}

const REPLAYED: Record<ReplayResult, string> = {
  [ReplayResult.UNSPECIFIED]: "",
  [ReplayResult.SAME]: "Decided again by the same rules it is the same.",
  [ReplayResult.DIFFERENT]: "Decided again by the same rules it is another:",
  [ReplayResult.OTHER_SEMANTICS]: "It was decided by another meaning of the rule language, so it cannot be decided again here.",
  [ReplayResult.ERASED]: "What it was made from is erased, so it cannot be decided again.",
  [ReplayResult.NO_RULE_PACK]: "The rules that decided it are not here any more.",
};

function Replay({ amends, decisionId }: RecordedPageProps) {
  const [wanted, setWanted] = useState(false);
  const replayed = useAsked<ReplayDecisionResponse | undefined>(
    async (signal) => (wanted ? amends.replayDecision({ decisionId }, { signal }) : undefined),
    [amends, wanted],
  );
  return (
    <div>
      <div class="buttons">
        <button type="button" onClick={() => (wanted ? replayed.again() : setWanted(true))}>
          Replay
        </button>
      </div>
      <Told asked={replayed} />
      <div role="status">
        {replayed.answer && (
          <>
            <p>{REPLAYED[replayed.answer.result]}</p>
            <ul>
              {replayed.answer.differences.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}
