/** Why somebody wants an activation: nobody may leave it out, and it stays on record with a ticket. */
import { Line } from "../inputs.tsx";

export interface Wanted {
  reason: string;
  ticket: string;
}

export const UNSAID: Wanted = { reason: "", ticket: "" };

export function Why({ said, onSay }: { said: Wanted; onSay: (said: Wanted) => void }) {
  return (
    <>
      <label>
        Why (required; it stays on record)
        <textarea
          required
          maxLength={1000}
          rows={2}
          value={said.reason}
          onInput={(event) => onSay({ ...said, reason: event.currentTarget.value })}
        />
      </label>
      <Line question="Ticket" value={said.ticket} onType={(ticket) => onSay({ ...said, ticket })} />
    </>
  );
}
