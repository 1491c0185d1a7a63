/** Why a decision is as it is: what became of each rule, and what each of its conditions saw. */
import { Truth, Verdict, type ConditionTrace, type Decision, type RuleTrace } from "amends-client";
import { useState } from "preact/hooks";
import { words } from "../words.ts";

interface ExplanationProps {
  decision: Decision;
  onOpen?: () => void;
}

export function Explanation({ decision, onOpen }: ExplanationProps) {
  // Drawn only for who looks: a pack has a hundred rules, and Decide draws with every key.
  const [isOpen, setOpen] = useState(false);
  const rules = decision.trace?.rules ?? [];
  return rules.length === 0 ? null : (
    <details
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        onOpen?.();
      }}
    >
      <summary>Rule by rule ({rules.length})</summary>
      {isOpen && rules.map((rule) => <OneRule key={rule.ruleId} rule={rule} />)}
    </details>
  );
}

function OneRule({ rule: { ruleId, title, verdict, missing, sources, conditions, nearMisses } }: { rule: RuleTrace }) {
  return (
    <details>
      <summary>
        {title || ruleId} <small>{words(Verdict[verdict]).toLowerCase()}</small>
      </summary>
      <ul>
        {conditions.map((condition, place) => (
          <li key={place}>
            <OneCondition condition={condition} />
          </li>
        ))}
        {missing.length > 0 && <li>Waits for {missing.join(", ")}</li>}
        {nearMisses.map(({ path, boundary }) => (
          <li key={path}>
            Nearly: {path} {boundary}
          </li>
        ))}
        <li>
          <small>
            {ruleId}
            {sources.length > 0 && `, from ${sources.join("; ")}`}
          </small>
        </li>
      </ul>
    </details>
  );
}

function OneCondition({ condition: { condition, truth, depth } }: { condition: ConditionTrace }) {
  return (
    <>
      {"– ".repeat(depth)}
      <code>{condition}</code> <small>{words(Truth[truth]).toLowerCase()}</small>
    </>
  );
}
