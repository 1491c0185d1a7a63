/** Why an action was not done as decided, and what the customer was given in its place. */
import { ActionKind, create, GrantedActionSchema, minorUnits, money, type GrantedAction } from "amends-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { kindNamed } from "./words.ts";

/** What an agent may have given instead: all of it may be of money. */
const GIVEN: readonly ActionKind[] = [ActionKind.REFUND, ActionKind.GOODWILL, ActionKind.REMEDY];

interface OverrideProps {
  kind: string;
  /** In which an amount is meant; empty: none can be said. */
  currency: string;
  onSave: (reason: string, instead: GrantedAction | undefined) => void;
  onCancel: () => void;
}

export function Override({ kind, currency, onSave, onCancel }: OverrideProps) {
  const [reason, setReason] = useState("");
  const [given, setGiven] = useState(ActionKind.UNSPECIFIED);
  const [typed, setTyped] = useState("");
  const [mistake, setMistake] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);

  function save(): void {
    try {
      onSave(reason.trim(), given === ActionKind.UNSPECIFIED ? undefined : granted(given, typed.trim(), currency));
    } catch (error) {
      setMistake(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <form
      class="override"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => event.key === "Escape" && onCancel()}
    >
      <label>
        Why not: {kind.toLowerCase()}? (required; it tells the policy’s owner what the rule missed)
        <textarea
          required
          maxLength={1000}
          rows={2}
          value={reason}
          ref={field}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <label>
        Given instead
        <select value={given} onChange={(event) => setGiven(Number(event.currentTarget.value))}>
          <option value={ActionKind.UNSPECIFIED}>Nothing</option>
          {GIVEN.map((one) => (
            <option key={one} value={one}>
              {kindNamed(one)}
            </option>
          ))}
        </select>
      </label>
      {given !== ActionKind.UNSPECIFIED && currency && (
        <label>
          Amount given (in {currency}; empty: it is of no money)
          <input
            inputMode="decimal"
            value={typed}
            onInput={(event) => {
              setMistake("");
              setTyped(event.currentTarget.value);
            }}
          />
        </label>
      )}
      <p class="mistake" role="status">
        {mistake && `Not yet an amount: ${mistake}.`}
      </p>
      <div class="buttons">
        <button type="submit" class="first">
          Save the override
        </button>
        <button type="button" onClick={onCancel}>
          Back
        </button>
      </div>
    </form>
  );
}

/** A `RangeError` where the amount is none, or finer than its currency has. */
function granted(kind: ActionKind, typed: string, currency: string): GrantedAction {
  if (!typed) {
    return create(GrantedActionSchema, { kind });
  }
  const amount = money(`${typed} ${currency}`);
  if (minorUnits(amount) <= 0n) {
    throw new RangeError("more than nothing is expected");
  }
  return create(GrantedActionSchema, { kind, amount });
}
