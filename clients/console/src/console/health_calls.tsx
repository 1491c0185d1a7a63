/** What is called, how often and how fast, method by method. */
import { rate, total, valuesOf, within, type Look } from "./numbers.ts";
import { Table } from "./table.tsx";

const CALLS = "amends_calls_total";
const [WIDE, HIGH] = [300, 40];

interface CallsProps {
  now: Look;
  /** The looks so far, this one the last. */
  looks: readonly Look[];
}

export function Calls({ now, looks }: CallsProps) {
  const before = looks.at(-2);
  return (
    <>
      <Rates looks={looks} inFlight={total(now, "amends_calls_in_flight")} />
      <Table name="Calls" columns={["Method", "Ended", "Not OK", "A second", "Half within", "99 of 100 within"]}>
        {valuesOf(now, CALLS, "method").map((method) => (
          <tr key={method}>
            <th scope="row">{method}</th>
            <td>{total(now, CALLS, { method })}</td>
            <td>{failures(now, method)}</td>
            <td>{before ? rate(before, now, CALLS, { method }).toFixed(1) : ""}</td>
            <td>{inMilliseconds(within(now, method, 0.5))}</td>
            <td>{inMilliseconds(within(now, method, 0.99))}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

/** By code, or none. */
function failures(now: Look, method: string): string {
  const codes = valuesOf(now, CALLS, "code").filter((code) => code !== "OK");
  const found = codes.map((code): [string, number] => [code, total(now, CALLS, { method, code })]).filter(([, count]) => count > 0);
  return found.map(([code, count]) => `${count} ${code}`).join(", ") || "none";
}

function inMilliseconds(seconds: number | undefined): string {
  if (seconds === undefined) {
    return "";
  }
  return seconds === Infinity ? "more than 10 s" : `${Number((seconds * 1000).toPrecision(3))} ms`;
}

/** Calls a second from look to look, as a line and in words. */
function Rates({ looks, inFlight }: { looks: readonly Look[]; inFlight: number }) {
  const rates = looks.slice(1).map((look, at) => rate(looks[at]!, look, CALLS));
  const most = Math.max(1, ...rates);
  const points = rates.map((one, at) => `${(at * WIDE) / Math.max(1, rates.length - 1)},${HIGH - (one / most) * (HIGH - 2) - 1}`);
  const last = rates.at(-1);
  return (
    <div>
      <p>
        {last === undefined ? "" : `${last.toFixed(1)} calls a second since the look before, at most ${Math.max(...rates).toFixed(1)}; `}
        {inFlight} in flight when calls last ended.
      </p>
      {rates.length > 1 && (
        <svg viewBox={`0 0 ${WIDE} ${HIGH}`} width={WIDE} height={HIGH} aria-hidden="true">
          <polyline points={points.join(" ")} fill="none" stroke="currentColor" stroke-width="1.5" />
        </svg>
      )}
    </div>
  );
}
