/** A decision beside its actions: what not to say, what was overruled, what is promised, what has changed. */
import { Effect, Verdict, type Adjustment, type Decision } from "amends-client";
import { amount, changed, kindNamed, moment, promised, requested } from "./words.ts";

const DECIDED: ReadonlySet<Verdict> = new Set([Verdict.APPLIED, Verdict.LIMITED, Verdict.OVERRULED]);

/** What may not be said, and the words in its place. */
export function NotToSay({ decision }: { decision: Decision }) {
  return decision.guardrails.length === 0 ? null : (
    <section class="not" aria-labelledby="not">
      <h2 id="not">Do not say</h2>
      <ul>
        {decision.guardrails.map(({ guardrailId, never, instead }) => (
          <li key={guardrailId}>
            <p class="never">{never}</p>
            {instead && (
              <p>
                <span class="label">Instead</span> {instead}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What differs from the decision that this one would take the place of. */
export function Changed({ decision }: { decision: Decision }) {
  return decision.changes.length === 0 ? null : (
    <section aria-labelledby="changed">
      <h2 id="changed">Changed</h2>
      <ul>
        {decision.changes.map((change) => (
          <li key={change.actionId + change.kind}>
            {changed(change.kind)}: {kindNamed(change.actionKind).toLowerCase()}
            {change.before && change.after && `, ${amount(change.before)} → ${amount(change.after)}`}
            {change.why && `. ${change.why}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the customer asked for and nothing meets, and what is promised. */
export function Promised({ decision }: { decision: Decision }) {
  return (
    <>
      {decision.unansweredRequests.length > 0 && (
        <p class="notice">Still unanswered: the customer asked for {decision.unansweredRequests.map(requested).join(", ")}.</p>
      )}
      {decision.obligations.length > 0 && (
        <section aria-labelledby="promised">
          <h2 id="promised">Promised by this</h2>
          <ul>
            {decision.obligations.map(({ kind, actionId, dueTime, owner }) => (
              <li key={kind + actionId}>
                {promised(kind)}
                {dueTime && ` by ${moment(dueTime)}`}
                {owner && ` (${owner.replace(/_/g, " ")})`}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** What rules asked for and does not stand, and why; then the rules that decided. */
export function Overruled({ decision }: { decision: Decision }) {
  const adjustments = decision.trace?.adjustments ?? [];
  const rules = (decision.trace?.rules ?? []).filter(({ verdict }) => DECIDED.has(verdict));
  return (
    <>
      {adjustments.length > 0 && (
        <details open>
          <summary>Overruled ({adjustments.length})</summary>
          <ul>
            {adjustments.map((one, place) => (
              <li key={place}>
                <OneOverruled adjustment={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {rules.length > 0 && (
        <details>
          <summary>Rules that decided ({rules.length})</summary>
          <ul>
            {rules.map(({ ruleId, title, sources }) => (
              <li key={ruleId}>
                {title || ruleId}
                {sources.length > 0 && <small> {sources.join("; ")}</small>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function OneOverruled({ adjustment: { effect, kind, before, after, why, by } }: { adjustment: Adjustment }) {
  const amounts = before && after ? ` ${amount(before)} → ${amount(after)}` : "";
  return (
    <>
      <strong>{kindNamed(kind)}</strong> {effect === Effect.REMOVED ? "taken out" : `changed${amounts}`}
      {why ? `: ${why}` : by && ` by ${by}`}
    </>
  );
}
