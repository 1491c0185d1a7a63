/** What a preview comes to: its cards, what it still asks, and what nearly applied. */
import { Outcome, Verdict, type Decision, type NeededFact } from "amends-client";
import { useState } from "preact/hooks";
import { Card } from "../card.tsx";
import { NotToSay, Overruled, Promised } from "../decided.tsx";
import { actionInWords, outcomeWords, words } from "../words.ts";
import { Explanation } from "./explanation.tsx";

export function Found({ decision, onAnswer }: { decision: Decision; onAnswer: (path: string) => void }) {
  return (
    <>
      <p class="outcome" role="status">
        {outcomeWords[decision.outcome]}
      </p>
      <Missing decision={decision} onAnswer={onAnswer} />
      <Actions decision={decision} />
      <NotToSay decision={decision} />
      <Promised decision={decision} />
      <Overruled decision={decision} />
      <NearMisses decision={decision} />
      <Explanation decision={decision} />
      <p class="small">
        {decision.packId} {decision.packVersion}, {decision.packDigest.slice(0, 8)}
      </p>
    </>
  );
}

/** The whole in one line, for a narrow page, where the decision scrolls out of sight while one types. */
export function Bar({ decision }: { decision: Decision }) {
  const each = decision.actions.map(actionInWords);
  return (
    <button type="button" class="bottom" onClick={() => document.getElementById("found")?.scrollIntoView()}>
      {each.join(", ") || outcomeWords[decision.outcome]}
      {decision.neededFacts.length > 0 && <small> {decision.neededFacts.length} missing</small>}
    </button>
  );
}

function Actions({ decision }: { decision: Decision }) {
  return decision.actions.length === 0 ? (
    <p>{decision.outcome === Outcome.NEEDS_FACTS ? "So far nothing can be promised." : "Nothing is to be done."}</p>
  ) : (
    <ol class="cards">
      {decision.actions.map((action) => (
        <Card key={action.actionId} action={action} doneSo={undefined} currency="" onDone={undefined} />
      ))}
    </ol>
  );
}

const FIRST = 6;

function Missing({ decision, onAnswer }: { decision: Decision; onAnswer: (path: string) => void }) {
  const [all, setAll] = useState(false);
  const shown = all ? decision.neededFacts : decision.neededFacts.slice(0, FIRST);
  return decision.neededFacts.length === 0 ? null : (
    <section class="question" aria-labelledby="missing">
      <h2 id="missing">Missing, the most useful first</h2>
      <ul class="missing">
        {shown.map((needed) => (
          <li key={needed.path}>
            <OneMissing needed={needed} onAnswer={onAnswer} />
          </li>
        ))}
      </ul>
      {shown.length < decision.neededFacts.length && (
        <button type="button" class="small" onClick={() => setAll(true)}>
          All {decision.neededFacts.length}
        </button>
      )}
    </section>
  );
}

function OneMissing({ needed: { path, question, ruleIds }, onAnswer }: { needed: NeededFact; onAnswer: (path: string) => void }) {
  return (
    <>
      <button type="button" class="link" onClick={() => onAnswer(path)}>
        {question || words(path)}
      </button>{" "}
      <small title={ruleIds.join(", ")}>
        for {ruleIds[0]}
        {ruleIds.length > 1 && ` and ${ruleIds.length - 1} more`}
      </small>
    </>
  );
}

/** Rules that one fact kept from applying, and from where on they would have. */
function NearMisses({ decision }: { decision: Decision }) {
  const near = (decision.trace?.rules ?? []).filter(({ verdict, nearMisses }) => verdict === Verdict.NOT_MATCHED && nearMisses.length > 0);
  return near.length === 0 ? null : (
    <details open>
      <summary>Nearly ({near.length})</summary>
      <ul>
        {near.map(({ ruleId, title, nearMisses }) => (
          <li key={ruleId}>
            {title || ruleId}: {nearMisses.map(({ path, boundary }) => `${path} ${boundary}`).join("; ")}
          </li>
        ))}
      </ul>
    </details>
  );
}
