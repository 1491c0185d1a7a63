/** The tests that stand among the files: whether they pass, and how much of the pack they reach. */
import type { AmendsClient, RunPackTestsResponse } from "amends-client";
import { useState } from "preact/hooks";
import { Doing } from "../../doing.tsx";
import { Table } from "../../table.tsx";
import { oncePossible } from "../once_possible.ts";
import { sent, type Draft } from "./drafts.ts";
import { counted } from "./standing.tsx";

export function OwnTests({ amends, draft }: { amends: AmendsClient; draft: Draft }) {
  const [run, setRun] = useState<RunPackTestsResponse>();
  const [files, setFiles] = useState(draft.files);
  return (
    <section aria-labelledby="own-tests">
      <h2 id="own-tests">Its own tests</h2>
      <Doing
        name="Run its tests"
        about="Own tests"
        onDo={async () => {
          const found = await oncePossible(() => amends.runPackTests({ pack: { pack: { case: "files", value: sent(draft) } } }));
          setFiles(draft.files);
          setRun(found);
        }}
      >
        <p role="status" class="lines">
          {run && inWords(run)}
          {run && files !== draft.files && " The files are others by now: run them again."}
        </p>
      </Doing>
      {run && run.tests.length > 0 && <Came run={run} />}
    </section>
  );
}

function inWords({ tests, coveredPermille, note }: RunPackTestsResponse): string {
  const passed = tests.filter(({ passed: one }) => one).length;
  return note || `${passed} of ${counted(tests.length, "test")} passed. ${coveredPermille / 10} % of what tests can reach is reached.`;
}

function Came({ run: { tests, rules } }: { run: RunPackTestsResponse }) {
  const unreached = rules.filter(({ missing }) => missing.length > 0);
  return (
    <>
      <Table name="Tests" columns={["Test", "Where", "Came out"]}>
        {tests.map((one) => (
          <tr key={`${one.file}:${one.line}`}>
            <th scope="row">{one.name}</th>
            <td>
              {one.file}:{one.line}
            </td>
            <td class={one.passed ? "" : "missed"}>{one.passed ? "passed" : one.differences.map((line) => <p key={line}>{line}</p>)}</td>
          </tr>
        ))}
      </Table>
      {unreached.length > 0 && (
        <Table name="What no test reaches" columns={["Rule", "Not reached"]}>
          {unreached.map(({ ruleId, missing }) => (
            <tr key={ruleId}>
              <th scope="row">{ruleId}</th>
              <td>
                {missing.map((line) => (
                  <p key={line}>{line}</p>
                ))}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
