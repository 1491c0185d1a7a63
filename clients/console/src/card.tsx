/** One action: what it is, how much, who may grant it, what to say; and what was done about it. */
import { mayDoNow, OutcomeKind, Phase, type Action, type GrantedAction } from "amends-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { Override } from "./override.tsx";
import { amount, done, isSome, kindNamed, kindOf, moment, parametersOf } from "./words.ts";

/** What was done about an action, the last that was said. */
export interface DoneSo {
  kind: OutcomeKind;
  reason: string;
  /** Of an override: what was given in the action's place. */
  instead: GrantedAction | undefined;
  remarks: readonly string[];
}

/** Tells what was done. */
export type OnDone = (kind: OutcomeKind, reason: string, instead?: GrantedAction) => void;

interface CardProps {
  action: Action;
  /** The pack's, for an amount that has no other. */
  currency: string;
  /** Left out while the decision is only shown: nothing can be done about it yet. */
  onDone: OnDone | undefined;
  doneSo: DoneSo | undefined;
  /** It is decided, though nothing can be said of it here. */
  isDecided?: boolean;
}

export function Card({ action, currency, onDone, doneSo, isDecided = false }: CardProps) {
  const shownOnly = onDone === undefined && !isDecided;
  const outcome = useRef<HTMLDivElement>(null);
  const before = useRef(doneSo);
  useEffect(() => {
    // The button that was pressed is gone: whoever uses the keyboard goes on from what it did.
    if (doneSo !== before.current) {
      outcome.current?.focus();
      before.current = doneSo;
    }
  }, [doneSo]);
  const id = `action-${action.actionId || kindOf(action)}`;
  return (
    <li>
      <article class={`card ${mayDoNow(action) ? "now" : "later"}`} aria-labelledby={id}>
        <header>
          <h3 id={id}>{kindOf(action)}</h3>
          {isSome(action.amount) && (
            <p class="amount">
              {action.amountNeeds.length > 0 && <small>at least </small>}
              {amount(action.amount)}
            </p>
          )}
        </header>
        {!doneSo && (
          <p class="standing">
            <Standing action={action} shownOnly={shownOnly} />
          </p>
        )}
        {action.reasonForCustomer && (
          <p class="say">
            <span class="label">{mayDoNow(action) && !shownOnly ? "Say" : "To say then"}</span> <q>{action.reasonForCustomer}</q>
          </p>
        )}
        {action.reasonForAgent && <p>{action.reasonForAgent}</p>}
        <Parameters action={action} />
        <Stops action={action} />
        <div ref={outcome} role="status" tabIndex={-1}>
          {doneSo && <Done doneSo={doneSo} />}
        </div>
        {onDone && !action.alreadyGiven && (
          <Buttons action={action} currency={action.amount?.currencyCode ?? currency} doneSo={doneSo} onDone={onDone} />
        )}
      </article>
    </li>
  );
}

function Standing({ action, shownOnly }: { action: Action; shownOnly: boolean }) {
  const role = action.authorityRole.replace(/_/g, " ");
  if (action.alreadyGiven) {
    return <>Given before: nothing is left to do.</>;
  }
  if (action.onHold.length > 0) {
    return <>On hold: say and give nothing of it until {action.onHold.map(({ team }) => team).join(" and ")} releases it.</>;
  }
  if (action.unsettled.length > 0 || action.amountNeeds.length > 0) {
    return <>Not settled: may not be promised yet.</>;
  }
  if (mayDoNow(action)) {
    return shownOnly ? <>Yours to do, once it is decided.</> : <>You may do this now.</>;
  }
  return action.approvalNeeded ? <>Needs approval by {role || "somebody else"}.</> : <>May be granted by {role || "somebody else"}.</>;
}

function Parameters({ action }: { action: Action }) {
  const shown: [string, string][] = [...parametersOf(action)];
  if (isSome(action.grantedAmount)) {
    shown.push(["Given before", amount(action.grantedAmount)]);
  }
  if (action.dueTime) {
    shown.push(["Due", moment(action.dueTime)]);
  }
  if (action.validUntil) {
    shown.push(["Valid until", moment(action.validUntil)]);
  }
  return shown.length === 0 ? null : (
    <dl>
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Stops({ action }: { action: Action }) {
  const told = [...action.unsettled.map((one) => one.why), ...action.onHold.map((one) => one.reason)];
  const why = [...new Set(told.filter(Boolean))];
  return why.length === 0 ? null : (
    <ul class="why">
      {why.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}

function Done({ doneSo }: { doneSo: DoneSo }) {
  return (
    <div class="done">
      <p>
        <strong>{done[doneSo.kind]}</strong>
        {doneSo.reason && `: ${doneSo.reason}`}
      </p>
      {doneSo.instead && <p>Given instead: {givenInWords(doneSo.instead)}</p>}
      {doneSo.remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
    </div>
  );
}

function givenInWords({ kind, amount: given }: GrantedAction): string {
  return isSome(given) ? `${kindNamed(kind)} ${amount(given)}` : kindNamed(kind);
}

interface ButtonsProps {
  action: Action;
  currency: string;
  doneSo: DoneSo | undefined;
  onDone: OnDone;
}

function Buttons({ action, currency, doneSo, onDone }: ButtonsProps) {
  const [overriding, setOverriding] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    if (opened.current && !overriding) {
      opener.current?.focus();
    }
    opened.current = overriding;
  }, [overriding]);
  if (overriding) {
    return (
      <Override
        kind={kindOf(action)}
        currency={currency}
        onCancel={() => setOverriding(false)}
        onSave={(reason, instead) => {
          setOverriding(false);
          onDone(OutcomeKind.OVERRIDDEN, reason, instead);
        }}
      />
    );
  }
  const next = nextSteps(action, doneSo?.kind);
  const named = kindOf(action).toLowerCase();
  return (
    <div class="buttons">
      {next.map(([kind, label], place) => (
        <button key={kind} type="button" class={place === 0 ? "first" : ""} onClick={() => onDone(kind, "")}>
          {label}
          <span class="unseen"> ({named})</span>
        </button>
      ))}
      {doneSo?.kind !== OutcomeKind.OVERRIDDEN && (
        <button type="button" ref={opener} onClick={() => setOverriding(true)}>
          Override…<span class="unseen"> ({named})</span>
        </button>
      )}
    </div>
  );
}

/** What may come next, the likeliest first. */
function nextSteps(action: Action, last: OutcomeKind | undefined): [OutcomeKind, string][] {
  if (last === OutcomeKind.OFFERED) {
    return [[OutcomeKind.CUSTOMER_ACCEPTED, "Customer accepts"], [OutcomeKind.CUSTOMER_DECLINED, "Customer declines"]];
  }
  if (last !== undefined) {
    return [];
  }
  if (mayDoNow(action)) {
    return [isCare(action) ? [OutcomeKind.EXECUTED, "Done"] : [OutcomeKind.OFFERED, "Accept"]];
  }
  const waits = action.onHold.length > 0 || action.unsettled.length > 0 || action.amountNeeds.length > 0;
  return waits ? [] : [[OutcomeKind.APPROVAL_REQUESTED, "Ask for approval"]];
}

/** What is said or done for the customer at once, and costs nothing. */
function isCare(action: Action): boolean {
  return action.phase === Phase.CARE && action.amount === undefined && CARE.has(action.kind.case);
}

const CARE: ReadonlySet<Action["kind"]["case"]> = new Set([
  ...(["apology", "askPerspective", "offerPerspective", "setExpectations"] as const),
  ...(["updateCadence", "assignOwner", "auditStep", "verifyFollowup", "clarify"] as const),
]);
