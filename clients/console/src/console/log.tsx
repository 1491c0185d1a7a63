/** The log: recorded decisions, the newest first, by what the address asks for. */
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Outcome, type AmendsClient, type DecisionSummary } from "amends-client";
import { useState } from "preact/hooks";
import { Line } from "../inputs.tsx";
import { moment, outcomeWords, words } from "../words.ts";
import { useAsked } from "./asked.ts";
import { Filters } from "./filters.tsx";
import { linkTo } from "./place.ts";
import { Table } from "./table.tsx";
import { Told } from "./told.tsx";

const PAGE = 50;
const OUTCOMES = Object.values(Outcome).filter((one): one is Outcome => typeof one === "number" && one !== Outcome.UNSPECIFIED);
const BLANK = { case: "", customer: "", policy: "", rule: "", outcome: "", since: "", until: "" };

type Filter = typeof BLANK;

export function LogPage({ amends, asked }: { amends: AmendsClient; asked: URLSearchParams }) {
  const filter = { ...BLANK, ...Object.fromEntries(asked) };
  const [pages, setPages] = useState(1);
  const found = useAsked((signal) => decisions(amends, { filter, pages, signal }), [amends, pages]);
  return (
    <>
      <h1>Recorded decisions</h1>
      <Filters path="log" begun={filter}>
        {(said, say) => (
          <>
            <Line question="Case" value={said.case} onType={(value) => say({ case: value })} />
            <Line question="Customer" value={said.customer} onType={(value) => say({ customer: value })} />
            <Line question="Policy" value={said.policy} onType={(value) => say({ policy: value })} />
            <Line question="Rule" value={said.rule} onType={(value) => say({ rule: value })} />
            <label>
              Outcome
              <select value={said.outcome} onChange={(event) => say({ outcome: event.currentTarget.value })}>
                <option value="">any</option>
                {OUTCOMES.map((one) => (
                  <option key={one} value={Outcome[one]}>
                    {words(Outcome[one])}
                  </option>
                ))}
              </select>
            </label>
            <Line question="From" type="date" value={said.since} onType={(value) => say({ since: value })} />
            <Line question="Before" type="date" value={said.until} onType={(value) => say({ until: value })} />
          </>
        )}
      </Filters>
      <Told asked={found} />
      {found.answer && <Decisions decisions={found.answer.decisions} />}
      {found.answer?.more && (
        <div class="buttons">
          <button type="button" onClick={() => setPages(pages + 1)}>
            More
          </button>
        </div>
      )}
    </>
  );
}

async function decisions(amends: AmendsClient, { filter, pages, signal }: { filter: Filter; pages: number; signal: AbortSignal }) {
  const { since, until } = filter;
  const asked = {
    caseId: filter.case,
    customerId: filter.customer,
    policy: filter.policy,
    ruleId: filter.rule,
    outcome: Outcome[filter.outcome as keyof typeof Outcome] ?? Outcome.UNSPECIFIED,
    ...(since && { since: timestampFromDate(new Date(`${since}T00:00`)) }),
    ...(until && { until: timestampFromDate(new Date(`${until}T00:00`)) }),
    pageSize: PAGE,
  };
  const found: DecisionSummary[] = [];
  let pageToken = "";
  for (let page = 0; page < pages && (page === 0 || pageToken); page += 1) {
    const next = await amends.listDecisions({ ...asked, pageToken }, { signal });
    found.push(...next.decisions);
    pageToken = next.nextPageToken;
  }
  return { decisions: found, more: pageToken !== "" };
}

export function Decisions({ decisions }: { decisions: readonly DecisionSummary[] }) {
  if (decisions.length === 0) {
    return <p class="notice">None.</p>;
  }
  return (
    <Table name="Decisions" columns={["When", "Case", "Policy", "Outcome", "Rules"]}>
      {decisions.map((one) => (
        <tr key={one.decisionId}>
          <td>
            <a href={linkTo(`log/${one.decisionId}`)}>{one.decidedAt ? moment(one.decidedAt) : one.decisionId}</a>
            {one.supersededBy && <small> superseded</small>}
          </td>
          <td>{one.caseId}</td>
          <td>{one.policy}</td>
          <td>{outcomeWords[one.outcome]}</td>
          <td>{one.ruleIds.join(", ")}</td>
        </tr>
      ))}
    </Table>
  );
}
