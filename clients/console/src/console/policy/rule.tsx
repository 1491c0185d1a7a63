/** One rule: when it applies, what it does and says, what it rests on, what tests it, and what became of it. */
import { FactType, type Rule, type RulePack } from "amends-client";
import type { ComponentChildren } from "preact";
import { useAsked } from "../asked.ts";
import { linkTo } from "../place.ts";
import { Told } from "../told.tsx";
import { Conditions } from "./conditions.tsx";
import { axisFacts, linkToAxes } from "./map/axes.ts";
import type { PackPageProps } from "./pack_page.ts";
import { HITS, linkToRule, packInWords, writtenIn } from "./pack_words.ts";
import { RuleTests } from "./rule_tests.tsx";
import { RuleUse } from "./rule_use.tsx";
import { Said } from "./said.tsx";
import { WholeTable } from "./sections.tsx";

export function RulePage({ amends, packId, ruleId }: PackPageProps & { ruleId: string }) {
  const found = useAsked((signal) => packInWords(amends, packId, signal), [amends, packId]);
  const place = found.answer?.rules.findIndex((one) => one.ruleId === ruleId) ?? -1;
  const rule = found.answer?.rules[place];
  return (
    <>
      <p>
        <a href={linkTo(`policy/${packId}/rules`)}>All rules of {found.answer?.title || packId}</a>
      </p>
      <h1>{rule?.title || ruleId}</h1>
      <Told asked={found} />
      {found.answer && !rule && <p class="notice">This pack, in its version {found.answer.version}, has no rule {ruleId}.</p>}
      {found.answer && rule && (
        <>
          <Reads packId={packId} pack={found.answer} rule={rule} />
          <RuleUse amends={amends} policies={found.answer.policies} ruleId={ruleId} />
          <RuleTests amends={amends} pack={found.answer} rule={rule} />
          <Neighbours packId={packId} pack={found.answer} place={place} />
        </>
      )}
    </>
  );
}

interface ReadsProps {
  packId: string;
  pack: RulePack;
  rule: Rule;
}

function Reads({ packId, pack, rule }: ReadsProps) {
  return (
    <>
      <Where packId={packId} pack={pack} rule={rule} />
      <Part id="when" title="When">
        <Conditions lines={rule.conditions} />
      </Part>
      <Part id="then" title="Then">
        <ul>
          {rule.then.map((said, line) => (
            <li key={line}>
              <Said said={said} />
            </li>
          ))}
        </ul>
        {rule.tables.map((table, line) => (
          <WholeTable key={line} table={table} />
        ))}
      </Part>
      {rule.because && (
        <Part id="because" title="Why, for whoever answers">
          <p>
            <Said said={rule.because} />
          </p>
        </Part>
      )}
      {rule.saidToCustomer && (
        <Part id="said" title="Said to the customer">
          <p>
            <q>
              <Said said={rule.saidToCustomer} />
            </q>
          </p>
        </Part>
      )}
      <Part id="sources" title="It rests on">
        {rule.sources.length === 0 ? <p>Nothing that it names.</p> : <List lines={rule.sources} />}
      </Part>
    </>
  );
}

function Where({ packId, pack, rule }: ReadsProps) {
  return (
    <>
      <p>
        <code>{rule.ruleId}</code>, priority {rule.priority}
        {rule.table && `, row ${rule.row} of the table ${rule.table} (${HITS[rule.hit] ?? rule.hit})`}. Written in{" "}
        <code>
          {rule.file}:{rule.line}
        </code>
        .
      </p>
      <p class="ways">
        <OnTheMap packId={packId} pack={pack} rule={rule} />
        <a href={linkTo(`policy/${writtenIn(rule)}/edit`, { file: rule.file, line: String(rule.line) })}>Edit {writtenIn(rule)}</a>
      </p>
    </>
  );
}

/** The map over what the rule reads, as far as a map can be drawn over it. */
function OnTheMap({ packId, pack, rule }: ReadsProps) {
  // The day from which a law holds is no way to look at a rule.
  const facts = axisFacts(pack).flatMap(({ path, type }) => (type === FactType.DATE ? [] : [path]));
  const read = rule.conditions.map(({ path }) => path).filter((path) => facts.includes(path));
  const [across, down] = new Set([...read, ...facts]);
  return across && down ? (
    <a href={linkToAxes(`policy/${packId}/map`, { across, down, held: new Map() })}>
      The map over {across} and {down}
    </a>
  ) : null;
}

function Part({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <section aria-labelledby={id} class="part">
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function List({ lines }: { lines: readonly string[] }) {
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Neighbours({ packId, pack, place }: { packId: string; pack: RulePack; place: number }) {
  const [before, after] = [pack.rules[place - 1], pack.rules[place + 1]];
  return (
    <nav aria-label="Rules beside it">
      {before && <a href={linkToRule(packId, before.ruleId)}>Decides before it: {before.title || before.ruleId}</a>}
      {after && <a href={linkToRule(packId, after.ruleId)}>Decides after it: {after.title || after.ruleId}</a>}
    </nav>
  );
}
