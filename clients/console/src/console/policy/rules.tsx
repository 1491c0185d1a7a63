/** A pack to be read: what it is, its rules in the order in which they decide, and its other parts, all of it searched at once. */
import type { RulePack } from "amends-client";
import { useMemo, useState } from "preact/hooks";
import { Line } from "../../inputs.tsx";
import { useAsked, type Asked } from "../asked.ts";
import { Told } from "../told.tsx";
import { Contents } from "./contents.tsx";
import { finding, useFind } from "./finding.ts";
import type { PackPageProps } from "./pack_page.ts";
import { packInWords } from "./pack_words.ts";
import { Period } from "./period.tsx";
import { foundRules, listed, RuleList } from "./rule_list.tsx";
import { foundRows, laidOut, Sections } from "./sections.tsx";
import { countsByRule, statisticsOf, USUAL_DAYS, type OfPolicy } from "./statistics.ts";

export function RulesPage({ amends, packId, asked }: PackPageProps) {
  const found = useAsked((signal) => packInWords(amends, packId, signal), [amends, packId]);
  return (
    <>
      <h1>{found.answer?.title || packId}</h1>
      <Told asked={found} />
      {found.answer && <Pack amends={amends} packId={packId} pack={found.answer} part={asked.get("part") ?? ""} />}
    </>
  );
}

interface PackProps extends Pick<PackPageProps, "amends" | "packId"> {
  pack: RulePack;
  /** The part that the address names. */
  part: string;
}

function Pack({ amends, packId, pack, part }: PackProps) {
  const path = `policy/${packId}/rules`;
  const [find, setFind] = useFind(path);
  const [days, setDays] = useState<number>(USUAL_DAYS);
  const counted = useAsked((signal) => statisticsOf(amends, { policies: pack.policies, days }, signal), [amends, pack, days]);
  // Laid out once: with every key it is only said of each what is to be seen of it.
  const rules = useMemo(() => listed(packId, pack.rules, counted.answer && countsByRule(counted.answer)), [pack, counted.answer]);
  const sections = useMemo(() => pack.sections.map(laidOut), [pack]);
  const finds = finding(find);
  const rulesFound = foundRules(rules, finds);
  return (
    <>
      <Facts pack={pack} />
      <form role="search" aria-label="In this pack" class="looking" onSubmit={(event) => event.preventDefault()}>
        <Line question="Find in rules and parts" value={find} onType={setFind} />
        <p role="status">{inWords({ rules: rulesFound, of: pack.rules.length, rows: find ? foundRows(sections, finds) : 0 })}</p>
      </form>
      <Contents path={path} part={part} rules={rulesFound} sections={sections} finds={finds} />
      <section class="part">
        <h2 id="part-rules" tabIndex={-1}>
          Rules, in the order in which they decide
        </h2>
        <CountedSo policies={pack.policies} days={days} onChoose={setDays} counted={counted} />
        <RuleList listed={rules} finds={finds} />
      </section>
      <Sections sections={sections} finds={finds} />
    </>
  );
}

function inWords({ rules, of, rows }: { rules: number; of: number; rows: number }): string {
  const found = `${rules} of ${of} ${of === 1 ? "rule" : "rules"}`;
  return rows === 0 ? found : `${found}, and ${rows} ${rows === 1 ? "row" : "rows"} of other parts`;
}

function Facts({ pack }: { pack: RulePack }) {
  const facts: [string, string][] = [
    ["Version", `${pack.version} (${pack.digest.slice(0, 8)})`],
    ["Policies that decide by it", pack.policies.join(", ") || "none"],
    ["Extends", pack.extends.join(", ") || "nothing"],
    ["Currency", pack.currency || "none of its own"],
    ["Time zone", pack.timeZone],
    ["Roles, the front line first", pack.roles.join(", ")],
    ["Tiers, the lowest first", pack.tiers.join(", ") || "none"],
  ];
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>Digest</dt>
        <dd>
          <code>{pack.digest}</code>
        </dd>
      </div>
    </dl>
  );
}

interface CountedSoProps {
  policies: readonly string[];
  days: number;
  onChoose: (days: number) => void;
  counted: Asked<readonly OfPolicy[]>;
}

function CountedSo({ policies, days, onChoose, counted }: CountedSoProps) {
  return policies.length === 0 ? (
    <p class="small">No policy decides by this pack, so nothing is counted.</p>
  ) : (
    <>
      <Period policies={policies} days={days} onChoose={onChoose} />
      <Told asked={counted} />
    </>
  );
}
