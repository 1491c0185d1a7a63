/** Of which decisions it is counted what rules did. */
import { DAYS } from "./statistics.ts";

interface PeriodProps {
  policies: readonly string[];
  days: number;
  onChoose: (days: number) => void;
}

export function Period({ policies, days, onChoose }: PeriodProps) {
  return (
    <div class="period">
      <label>
        Count decisions of the last
        <select value={days} onChange={(event) => onChoose(Number(event.currentTarget.value))}>
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {one} days
            </option>
          ))}
        </select>
      </label>
      <p class="small">
        Those by {policies.length === 1 ? "policy" : "the policies"} {policies.join(", ")}, whichever version decided then: a rule is known by its id.
      </p>
    </div>
  );
}
