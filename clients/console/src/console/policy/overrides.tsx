/** Why people did something else than a rule asked for: what they wrote, from the newest decisions in which it applied. */
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { OutcomeKind, type Action, type AmendsClient, type RecordedDecision, type RecordedOutcome } from "amends-client";
import { useState } from "preact/hooks";
import { amount, isSome, kindNamed, kindOf, moment } from "../../words.ts";
import { useAsked } from "../asked.ts";
import { linkTo } from "../place.ts";
import { Table } from "../table.tsx";
import { Told } from "../told.tsx";
import { daysAgo } from "./statistics.ts";

/** Decisions that are looked into: each is a call of its own. */
const MOST = 100;
const AT_ONCE = 10;

interface OverridesProps {
  amends: AmendsClient;
  policies: readonly string[];
  ruleId: string;
  days: number;
}

export function Overrides(props: OverridesProps) {
  const [isWanted, setWanted] = useState(false);
  return isWanted ? (
    <Listed {...props} />
  ) : (
    <div class="buttons">
      <button type="button" onClick={() => setWanted(true)}>
        Why it was overridden
      </button>
    </div>
  );
}

function Listed({ amends, policies, ruleId, days }: OverridesProps) {
  const { answer, ...asked } = useAsked((signal) => overrides(amends, { policies, ruleId, days, signal }), [amends, ruleId, days]);
  return (
    <>
      <p role="status" class="small">
        {answer === undefined && asked.trouble === undefined && "Looking for the reasons…"}
        {answer && (answer.looked < MOST ? "From all of these decisions." : `From the newest ${MOST} decisions in which it applied, of each policy.`)}
        {answer?.overridden.length === 0 && " None of them was overridden."}
      </p>
      <Told asked={asked} />
      {answer && answer.overridden.length > 0 && <Reasons overridden={answer.overridden} />}
    </>
  );
}

function Reasons({ overridden }: { overridden: readonly Overridden[] }) {
  return (
    <Table name="Why it was overridden" columns={["When", "What it asked for", "Given instead", "Why", "Who"]}>
      {overridden.map(({ decisionId, action, outcome }) => (
        <tr key={outcome.outcomeId}>
          <td>
            <a href={linkTo(`log/${decisionId}`)}>{outcome.time ? moment(outcome.time) : decisionId}</a>
          </td>
          <td>{withAmount(kindOf(action), action)}</td>
          <td>{outcome.instead ? withAmount(kindNamed(outcome.instead.kind), outcome.instead) : "nothing"}</td>
          <td>{outcome.reason}</td>
          <td>{outcome.actor?.actorId || outcome.actor?.role || "not said"}</td>
        </tr>
      ))}
    </Table>
  );
}

function withAmount(kind: string, { amount: money }: Pick<Action, "amount">): string {
  return isSome(money) ? `${kind} ${amount(money)}` : kind;
}

interface Overridden {
  decisionId: string;
  action: Action;
  outcome: RecordedOutcome;
}

type Wanted = Omit<OverridesProps, "amends"> & { signal: AbortSignal };

async function overrides(amends: AmendsClient, wanted: Wanted): Promise<{ overridden: readonly Overridden[]; looked: number }> {
  const overridden: Overridden[] = [];
  const ids = await Promise.all(wanted.policies.map((policy) => newest(amends, policy, wanted)));
  for (let first = 0; first < ids.flat().length; first += AT_ONCE) {
    const some = ids.flat().slice(first, first + AT_ONCE);
    const opened = await Promise.all(some.map((decisionId) => amends.getDecision({ decisionId }, { signal: wanted.signal })));
    overridden.push(...opened.flatMap(({ decision }) => ofRule(decision!, wanted.ruleId)));
  }
  return { overridden, looked: Math.max(0, ...ids.map(({ length }) => length)) };
}

async function newest(amends: AmendsClient, policy: string, { ruleId, days, signal }: Wanted): Promise<readonly string[]> {
  const since = timestampFromDate(daysAgo(days));
  const { decisions } = await amends.listDecisions({ policy, ruleId, since, pageSize: MOST }, { signal });
  return decisions.map(({ decisionId }) => decisionId);
}

function ofRule({ summary, decision, outcomes }: RecordedDecision, ruleId: string): readonly Overridden[] {
  const actions = new Map(decision?.actions.filter(({ ruleIds }) => ruleIds.includes(ruleId)).map((one) => [one.actionId, one]));
  return outcomes.flatMap((outcome) => {
    const action = outcome.about.case === "actionId" ? actions.get(outcome.about.value) : undefined;
    return action && outcome.kind === OutcomeKind.OVERRIDDEN ? [{ decisionId: summary?.decisionId ?? "", action, outcome }] : [];
  });
}
