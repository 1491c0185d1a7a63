/** What is promised and not yet kept: the next to fall due first, counted by team and owner. */
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { ObligationState, type AmendsClient, type TrackedObligation } from "amends-client";
import { Line } from "../inputs.tsx";
import { moment, promised, words } from "../words.ts";
import { useAsked } from "./asked.ts";
import { Filters } from "./filters.tsx";
import { linkTo } from "./place.ts";
import { Table } from "./table.tsx";
import { Told } from "./told.tsx";

const MOST = 500;
const BLANK = { team: "", owner: "", policy: "", case: "", before: "" };

export function ObligationsPage({ amends, asked }: { amends: AmendsClient; asked: URLSearchParams }) {
  const filter = { ...BLANK, ...Object.fromEntries(asked) };
  const found = useAsked((signal) => due(amends, filter, signal), [amends]);
  return (
    <>
      <h1>Due and missed</h1>
      <Filters path="obligations" begun={filter}>
        {(said, say) => (
          <>
            <Line question="Team" value={said.team} onType={(value) => say({ team: value })} />
            <Line question="Owner" value={said.owner} onType={(value) => say({ owner: value })} />
            <Line question="Policy" value={said.policy} onType={(value) => say({ policy: value })} />
            <Line question="Case" value={said.case} onType={(value) => say({ case: value })} />
            <Line question="Due before" type="date" value={said.before} onType={(value) => say({ before: value })} />
          </>
        )}
      </Filters>
      <Told asked={found} />
      {found.answer?.length === 0 && <p class="notice">Nothing is due.</p>}
      {found.answer && found.answer.length > 0 && (
        <>
          <Counted obligations={found.answer} />
          {found.answer.length === MOST && <p class="notice">These are the first {MOST}: narrow them down for the others.</p>}
          <Listed obligations={found.answer} />
        </>
      )}
    </>
  );
}

async function due(amends: AmendsClient, filter: typeof BLANK, signal: AbortSignal): Promise<readonly TrackedObligation[]> {
  const { team, owner, policy, before } = filter;
  const found: TrackedObligation[] = [];
  const asked = {
    ...{ team, owner, policy, caseId: filter.case },
    ...(before && { dueBefore: timestampFromDate(new Date(`${before}T00:00`)) }),
    states: [ObligationState.OPEN, ObligationState.MISSED],
    pageSize: 100,
  };
  for await (const one of amends.eachObligation(asked, { signal })) {
    found.push(one);
    if (found.length === MOST) {
      break;
    }
  }
  return found;
}

/** Missed is what somebody said so of; late is what has only gone by, and may yet be kept. */
function standing({ state, settledAt }: TrackedObligation): "missed" | "late" | "open" {
  if (state !== ObligationState.MISSED) {
    return "open";
  }
  return settledAt ? "missed" : "late";
}

function Counted({ obligations }: { obligations: readonly TrackedObligation[] }) {
  const counts = new Map<string, { team: string; owner: string; missed: number; late: number; open: number }>();
  for (const one of obligations) {
    const { team } = one;
    const owner = one.obligation?.owner ?? "";
    const name = JSON.stringify([team, owner]);
    const count = counts.get(name) ?? { team, owner, missed: 0, late: 0, open: 0 };
    count[standing(one)] += 1;
    counts.set(name, count);
  }
  return (
    <Table name="By team and owner" columns={["Team", "Owner", "Missed", "Overdue", "Open"]}>
      {[...counts].map(([name, { team, owner, missed, late, open }]) => (
        <tr key={name}>
          <th scope="row">{team ? words(team) : "no team"}</th>
          <td>{owner ? words(owner) : "nobody named"}</td>
          <td>{missed}</td>
          <td>{late}</td>
          <td>{open}</td>
        </tr>
      ))}
    </Table>
  );
}

function Listed({ obligations }: { obligations: readonly TrackedObligation[] }) {
  return (
    <Table name="One by one" columns={["Due", "What", "Case", "Team", "Owner", "Stands"]}>
      {obligations.map((one) => (
        <tr key={one.obligationId}>
          <td>
            <a href={linkTo(`log/${one.decisionId}`)}>{one.obligation?.dueTime ? moment(one.obligation.dueTime) : "no time"}</a>
          </td>
          <td>{one.obligation && promised(one.obligation.kind)}</td>
          <td>{one.caseId}</td>
          <td>{words(one.team)}</td>
          <td>{words(one.obligation?.owner ?? "")}</td>
          <td class={standing(one)}>{{ missed: "missed", late: "overdue", open: "open" }[standing(one)]}</td>
        </tr>
      ))}
    </Table>
  );
}
