/** When a rule applies: its conditions as they stand within each other. */
import type { ConditionLine } from "amends-client";

interface Condition {
  words: string;
  within: Condition[];
}

/** A nested list; who hears it is told how deep they are. */
export function Conditions({ lines }: { lines: readonly ConditionLine[] }) {
  return lines.length === 0 ? <p>Always.</p> : <Within conditions={nested(lines)} />;
}

function Within({ conditions }: { conditions: readonly Condition[] }) {
  return (
    <ul>
      {conditions.map(({ words, within }, place) => (
        <li key={place}>
          <code>{words}</code>
          {within.length > 0 && <Within conditions={within} />}
        </li>
      ))}
    </ul>
  );
}

/** The same in one line, for a list of rules. */
export function inOneLine(lines: readonly ConditionLine[]): string {
  return lines.length === 0 ? "always" : nested(lines).map(lineOf).join("; ");
}

function lineOf({ words, within }: Condition): string {
  return within.length === 0 ? words : `${words} (${within.map(lineOf).join("; ")})`;
}

function nested(lines: readonly ConditionLine[]): readonly Condition[] {
  const top: Condition[] = [];
  const open: Condition[][] = [top];
  for (const { depth, words } of lines) {
    const one: Condition = { words, within: [] };
    open[depth]!.push(one);
    open[depth + 1] = one.within;
  }
  return top;
}
