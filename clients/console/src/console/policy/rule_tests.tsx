/** What tests a rule: the pack's own tests in which it applied, and how much of it they reach. Run for who asks: it takes seconds. */
import { PermissionDenied, type AmendsClient, type PackTestRun, type Rule, type RuleCoverage, type RulePack } from "amends-client";
import { useState } from "preact/hooks";
import { useAsked } from "../asked.ts";
import { Table } from "../table.tsx";
import { Told } from "../told.tsx";
import { oncePossible } from "./once_possible.ts";
import { linkToRule, writtenIn } from "./pack_words.ts";

/** As long as the service may take for it. */
const PATIENCE_MS = 150_000;

interface RuleTestsProps {
  amends: AmendsClient;
  pack: RulePack;
  rule: Rule;
}

export function RuleTests(props: RuleTestsProps) {
  const [isWanted, setWanted] = useState(false);
  return (
    <section aria-labelledby="tests" class="part">
      <h2 id="tests">What tests it</h2>
      {isWanted ? (
        <Ran {...props} />
      ) : (
        <div class="buttons">
          <button type="button" onClick={() => setWanted(true)}>
            Run the tests of {props.pack.packId}
          </button>
        </div>
      )}
    </section>
  );
}

function Ran({ amends, pack, rule }: RuleTestsProps) {
  const { answer, ...ran } = useAsked((signal) => testsOf(amends, pack, signal), [amends, pack.digest]);
  const applied = (answer?.tests ?? []).filter(({ ruleIds }) => ruleIds.includes(rule.ruleId));
  const underWay = answer === undefined && ran.trouble === undefined;
  return (
    <>
      <p role="status">
        {underWay && "The tests run. That takes some seconds…"}
        {answer && (answer.note || `It applied in ${applied.length} of ${answer.tests.length} tests of ${pack.packId}.`)}
      </p>
      {ran.trouble instanceof PermissionDenied ? (
        <p class="notice">The tests are run for those who may publish, and you may not.</p>
      ) : (
        <Told asked={ran} />
      )}
      {answer && !answer.note && <Reached coverage={answer.rules.find(({ ruleId }) => ruleId === rule.ruleId)} pack={pack} rule={rule} />}
      {applied.length > 0 && <Tests tests={applied} />}
    </>
  );
}

function testsOf(amends: AmendsClient, { digest }: RulePack, signal: AbortSignal) {
  const pack = { pack: { case: "digest" as const, value: digest } };
  return oncePossible(() => amends.runPackTests({ pack }, { signal, timeoutMs: PATIENCE_MS }), signal);
}

function Reached({ coverage, pack, rule }: { coverage: RuleCoverage | undefined; pack: RulePack; rule: Rule }) {
  if (coverage === undefined) {
    const from = writtenIn(rule);
    return from === pack.packId ? null : (
      <p>
        It comes from {from}, whose tests have to reach it: see <a href={linkToRule(from, rule.ruleId)}>the rule there</a>.
      </p>
    );
  }
  const { applied, decided, conditionValues, conditionValuesSeen, missing } = coverage;
  return (
    <>
      <p>
        {applied ? "It applies in a test" : "It applies in no test"}
        {applied && (decided ? ", and shows in what is decided" : ", and shows in no decision")}. Tests have seen {conditionValuesSeen} of{" "}
        {conditionValues} values of its conditions.
      </p>
      {missing.length > 0 && (
        <ul>
          {missing.map((one) => (
            <li key={one}>Not reached: {one}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Tests({ tests }: { tests: readonly PackTestRun[] }) {
  return (
    <Table name="Tests in which it applied" columns={["Test", "Where", "Came out"]}>
      {tests.map(({ name, file, line, passed, differences }) => (
        <tr key={`${file}:${line}`}>
          <th scope="row">{name}</th>
          <td>
            <code>
              {file}:{line}
            </code>
          </td>
          <td class={passed ? "" : "missed"}>{passed ? "as expected" : differences.join("; ")}</td>
        </tr>
      ))}
    </Table>
  );
}
