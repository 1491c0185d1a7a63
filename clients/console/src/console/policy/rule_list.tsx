/** The rules of a pack in the order in which they decide; the rows of a table of rules stand together. */
import type { PackText, Rule } from "amends-client";
import type { ComponentChildren } from "preact";
import { Table } from "../table.tsx";
import { inOneLine } from "./conditions.tsx";
import { textOfRule, type Finds } from "./finding.ts";
import { HITS, linkToRule, writtenIn } from "./pack_words.ts";
import { Said } from "./said.tsx";
import type { Counts } from "./statistics.ts";

/** How often rules applied, by their ids; left out: it is not known. */
type Counted = ReadonlyMap<string, Counts> | undefined;

/** A rule, drawn once, with what it is found by. */
interface ListedRule {
  ruleId: string;
  text: string;
  drawn: ComponentChildren;
}

/** One rule alone, or the rows of a table. */
interface Listed {
  /** The table's id; empty: it is one rule. */
  table: string;
  hit: string;
  rules: readonly ListedRule[];
}

export function listed(packId: string, rules: readonly Rule[], counted: Counted): readonly Listed[] {
  const byTable = new Map<string, Rule[]>();
  for (const rule of rules) {
    const id = rule.table || rule.ruleId;
    byTable.get(id)?.push(rule) ?? byTable.set(id, [rule]);
  }
  return [...byTable.values()].map((together) => {
    const { table, hit } = together[0]!;
    const Drawn = table ? Row : Alone;
    return {
      table,
      hit,
      rules: together
        .sort((one, other) => one.row - other.row)
        .map((rule) => ({
          ruleId: rule.ruleId,
          text: textOfRule(rule),
          drawn: <Drawn packId={packId} rule={rule} counted={counted} />,
        })),
    };
  });
}

/** How many of them are looked for. */
export function foundRules(all: readonly Listed[], finds: Finds): number {
  return all.flatMap(({ rules }) => rules).filter(({ text }) => finds(text)).length;
}

export function RuleList({ listed: all, finds }: { listed: readonly Listed[]; finds: Finds }) {
  return (
    <ol class="rules">
      {all.map(({ table, hit, rules }) => (
        <li key={table || rules[0]!.ruleId} hidden={!rules.some(({ text }) => finds(text))}>
          {table ? (
            <Table name={`Table ${table}: ${HITS[hit] ?? hit}`} columns={["Row", "Rule", "When", "Then", "Applied", "Overridden"]}>
              {rules.map(({ ruleId, text, drawn }) => (
                <tr key={ruleId} hidden={!finds(text)}>
                  {drawn}
                </tr>
              ))}
            </Table>
          ) : (
            rules[0]!.drawn
          )}
        </li>
      ))}
    </ol>
  );
}

interface DrawnProps {
  packId: string;
  rule: Rule;
  counted: Counted;
}

function Alone({ packId, rule, counted }: DrawnProps) {
  return (
    <article class="rule">
      <h3>
        <a href={linkToRule(packId, rule.ruleId)}>{rule.title || rule.ruleId}</a>
      </h3>
      <p class="small">
        {rule.ruleId}, priority {rule.priority}, from {writtenIn(rule)}
        {counted && `, ${inWords(counted.get(rule.ruleId))}`}
      </p>
      <p>
        <span class="label">When</span> {inOneLine(rule.conditions)}
      </p>
      <p>
        <span class="label">Then</span> <Lines said={rule.then} />
      </p>
    </article>
  );
}

function Row({ packId, rule, counted }: DrawnProps) {
  const { applied, overridden } = counted?.get(rule.ruleId) ?? { applied: 0n, overridden: 0n };
  return (
    <>
      <td>{rule.row}</td>
      <th scope="row">
        <a href={linkToRule(packId, rule.ruleId)}>{rule.title || rule.ruleId}</a>
      </th>
      <td>{inOneLine(rule.conditions)}</td>
      <td>
        <Lines said={rule.then} />
      </td>
      <td>{counted ? String(applied) : "not known"}</td>
      <td>{counted ? String(overridden) : "not known"}</td>
    </>
  );
}

function Lines({ said }: { said: readonly PackText[] }) {
  return (
    <>
      {said.map((one, place) => (
        <span key={place}>
          {place > 0 && "; "}
          <Said said={one} />
        </span>
      ))}
    </>
  );
}

function inWords(counts: Counts | undefined): string {
  if (counts === undefined) {
    return "not applied";
  }
  return `applied ${counts.applied}, overridden ${counts.overridden}`;
}
