/** What became of a rule: how often it applied, what was done about what it asked for, and why that was overridden. */
import type { AmendsClient, RuleStatistics } from "amends-client";
import { useState } from "preact/hooks";
import { amount } from "../../words.ts";
import { useAsked } from "../asked.ts";
import { linkTo } from "../place.ts";
import { Table } from "../table.tsx";
import { Told } from "../told.tsx";
import { Overrides } from "./overrides.tsx";
import { Period } from "./period.tsx";
import { statisticsOf, USUAL_DAYS, type OfPolicy } from "./statistics.ts";

interface RuleUseProps {
  amends: AmendsClient;
  policies: readonly string[];
  ruleId: string;
}

export function RuleUse({ amends, policies, ruleId }: RuleUseProps) {
  const [days, setDays] = useState<number>(USUAL_DAYS);
  const found = useAsked((signal) => statisticsOf(amends, { policies, days, ruleIds: [ruleId] }, signal), [amends, ruleId, days]);
  const overridden = (found.answer ?? []).flatMap(({ statistics }) => statistics).some((one) => one.overridden > 0n);
  return (
    <section aria-labelledby="use" class="part">
      <h2 id="use">What became of it</h2>
      {policies.length === 0 ? (
        <p>No policy decides by this pack, so nothing is counted.</p>
      ) : (
        <Period policies={policies} days={days} onChoose={setDays} />
      )}
      <Told asked={found} />
      {found.answer && found.answer.length > 0 && <Counted found={found.answer} ruleId={ruleId} />}
      {/* Asked anew for another time. */}
      {overridden && <Overrides key={days} amends={amends} policies={policies} ruleId={ruleId} days={days} />}
    </section>
  );
}

const COLUMNS = ["Policy", "Applied", "Offered", "Accepted", "Declined", "Carried out", "Overridden", "Paid"];

function Counted({ found, ruleId }: { found: readonly OfPolicy[]; ruleId: string }) {
  return (
    <Table name="How often it applied, and what was done about its actions" columns={COLUMNS}>
      {found.map(({ policy, statistics }) => (
        <tr key={policy}>
          <th scope="row">
            <a href={linkTo("log", { rule: ruleId, policy })}>
              <span class="unseen">Decisions in which it applied, by </span>
              {policy}
            </a>
          </th>
          {counts(statistics[0]).map((count, place) => (
            <td key={place}>{count}</td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

/** A rule that never applied has no statistics. */
function counts(one: RuleStatistics | undefined): readonly string[] {
  if (one === undefined) {
    return ["0", "0", "0", "0", "0", "0", "nothing"];
  }
  const { applied, offered, accepted, declined, executed, overridden, paid } = one;
  return [...[applied, offered, accepted, declined, executed, overridden].map(String), paid.map(amount).join(", ") || "nothing"];
}
