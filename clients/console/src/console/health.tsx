/** How the service is: what decides for each policy and why, what is called and how fast, and what was dropped. */
import {
  ActivationState,
  AmendsError,
  NotAuthenticated,
  ServiceAway,
  type Activation,
  type AmendsClient,
  type PolicyStatus,
} from "amends-client";
import { useEffect, useState } from "preact/hooks";
import { statesInWords } from "./activation_words.ts";
import { useAsked } from "./asked.ts";
import { Calls } from "./health_calls.tsx";
import { label, looked, rate, total, type Look } from "./numbers.ts";
import { linkTo } from "./place.ts";
import { STANDS, wantsCare } from "./stands.ts";
import { Table } from "./table.tsx";
import { Told } from "./told.tsx";

const EVERY_MS = 5_000;
/** Five minutes of looks. */
const MOST_LOOKS = 60;

export function HealthPage({ amends, token }: { amends: AmendsClient; token: string }) {
  const [watching, setWatching] = useState(true);
  const [looks, setLooks] = useState<readonly Look[]>([]);
  const found = useAsked((signal) => health(amends, token, signal), [amends, token]);
  useEffect(() => {
    const { answer } = found;
    if (answer) {
      setLooks((before) => [...before, answer.look].slice(-MOST_LOOKS));
    }
  }, [found.answer]);
  const stranger = found.trouble instanceof NotAuthenticated;
  useEffect(() => {
    if (!watching || stranger) {
      return undefined;
    }
    // A page that nobody sees asks nothing, and asks at once when it is seen again.
    const look = () => document.hidden || found.again();
    const later = setTimeout(look, EVERY_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(later);
      document.removeEventListener("visibilitychange", look);
    };
    // From answer to answer: a slow one is waited for.
  }, [watching, stranger, found.answer, found.trouble]);

  return (
    <>
      <h1>Health</h1>
      <div class="buttons">
        <button type="button" onClick={found.again}>
          Look again
        </button>
        <label class="check">
          <input type="checkbox" checked={watching} onChange={(event) => setWatching(event.currentTarget.checked)} /> Look
          every {EVERY_MS / 1000} seconds
        </label>
      </div>
      <Told asked={found} />
      {found.answer && (
        <>
          <Policies {...found.answer} />
          <Calls now={found.answer.look} looks={looks} />
          <Written now={found.answer.look} looks={looks} />
          <p class="small">
            Software {label(found.answer.look, "amends_build_info", {}, "version")}. Calls and decisions are counted over all
            workers of the instance that answers, since it began; how policies stand is told by the worker that answers. Other
            instances count for themselves.
          </p>
        </>
      )}
    </>
  );
}

interface Health {
  statuses: readonly PolicyStatus[];
  /** The last one asked for, by policy; undefined: none are kept here. */
  last: ReadonlyMap<string, Activation> | undefined;
  look: Look;
}

async function health(amends: AmendsClient, token: string, signal: AbortSignal): Promise<Health> {
  const { policyStatuses } = await amends.listRulePacks({}, { signal });
  return { statuses: policyStatuses, last: await lastActivations(amends, policyStatuses, signal), look: await looked(token, signal) };
}

async function lastActivations(amends: AmendsClient, statuses: readonly PolicyStatus[], signal: AbortSignal) {
  try {
    const pages = statuses.map(({ policy }) => amends.listActivations({ policy, pageSize: 1 }, { signal }));
    const found = (await Promise.all(pages)).flatMap(({ activations }) => activations);
    return new Map(found.map((one) => [one.policy, one]));
  } catch (error) {
    // A server that records nothing keeps no activations, and says so; all else stands.
    if (error instanceof AmendsError && !(error instanceof ServiceAway) && !(error instanceof NotAuthenticated)) {
      return undefined;
    }
    throw error;
  }
}

function Policies({ statuses, last, look }: Health) {
  return (
    <Table name="What is live" columns={["Policy", "Pack", "Stands", "Why", "Last activation"]}>
      {statuses.map((one) => (
        <tr key={one.policy}>
          <th scope="row">{one.policy}</th>
          <td>{packInWords(one, look)}</td>
          <td class={wantsCare(one.state) ? "missed" : ""}>{STANDS[one.state]}</td>
          <td>{one.activationId ? <a href={linkTo(`activations/${one.activationId}`)}>{one.reason || "see there"}</a> : one.reason}</td>
          <td>
            <LastActivation last={last} policy={one.policy} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function packInWords({ policy, digest }: PolicyStatus, look: Look): string {
  const of = (wanted: string) => label(look, "amends_policy_info", { policy, digest }, wanted);
  return digest ? `${of("pack")} ${of("version")} (${digest.slice(0, 8)})` : "none";
}

function LastActivation({ last, policy }: { last: Health["last"]; policy: string }) {
  const one = last?.get(policy);
  if (one === undefined) {
    return <>{last ? "none" : "not kept here"}</>;
  }
  const refused = one.state === ActivationState.REFUSED;
  return (
    <a class={refused ? "missed" : ""} href={linkTo(`activations/${one.activationId}`)}>
      {statesInWords[one.state]}
    </a>
  );
}

/** What became of decisions: written, waiting for the disk, or lost. */
function Written({ now, looks }: { now: Look; looks: readonly Look[] }) {
  const before = looks.at(-2);
  const entries = total(now, "amends_log_entries_total");
  const writes = total(now, "amends_log_seconds_count");
  const shown: [string, string][] = [
    ["Decisions made", String(total(now, "amends_decisions_total"))],
    ["Decisions a second", before ? rate(before, now, "amends_decisions_total").toFixed(1) : "after the next look"],
    ["Decisions written", String(entries)],
    ["Written within, on average", writes ? `${((total(now, "amends_log_seconds_sum") / writes) * 1000).toFixed(1)} ms` : "none so far"],
    ["Decisions lost", String(total(now, "amends_decisions_lost_total"))],
    ["Calls turned away: too many", String(total(now, "amends_calls_total", { code: "RESOURCE_EXHAUSTED" }))],
    ["The log", total(now, "amends_log_away") > 0 ? "cannot be written" : "can be written"],
    ["Errors in the service's own log", String(total(now, "amends_events_total", { level: "error" }))],
  ];
  return (
    <Table name="Decisions and drops" columns={["What", "How many"]}>
      {shown.map(([what, many]) => (
        <tr key={what}>
          <th scope="row">{what}</th>
          <td>{many}</td>
        </tr>
      ))}
    </Table>
  );
}
