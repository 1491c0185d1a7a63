/** The whole sidebar: waits for a case, shows what would be decided as answers are typed, and records what is done. */
import {
  ActionKind,
  hasAmountLeft,
  moneyText,
  NotAuthenticated,
  OutcomeKind,
  Permission,
  type AmendsClient,
  type Decision,
  type GrantedAction,
  type NeededFact,
} from "amends-client";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { allowedTo, UNSAID } from "./allowed.ts";
import { Card, type DoneSo } from "./card.tsx";
import { clientOf, decide, declaredBy, newest, NOTHING, preview, record, recordedOf } from "./case.ts";
import { Changed, NotToSay, Overruled, Promised } from "./decided.tsx";
import type { Answers, Said } from "./facts.ts";
import { listen, tell, type NamedCase, type OpenCase } from "./host.ts";
import { keep, kept } from "./kept.ts";
import { Question } from "./question.tsx";
import { SignIn } from "./sign_in.tsx";
import { Trouble } from "./trouble.tsx";
import { amount, kindOf, named, outcomeWords, words } from "./words.ts";

const PAUSE_MS = 120;

/** What is shown of the case, and whether it is recorded as it is shown. */
interface Shown {
  decision: Decision;
  recorded: boolean;
}

export function Sidebar() {
  const [token, setToken] = useState(kept);
  const [open, setOpen] = useState<OpenCase>();
  const [named, setNamed] = useState(namedByAddress);
  const [trouble, setTrouble] = useState<unknown>();
  const amends = useMemo(() => clientOf(token), [token]);

  useEffect(() => {
    const stop = listen(
      (next, said) => {
        setTrouble(undefined);
        setToken((before) => said || before);
        // Told again, a case stays as it is until its newest decision is there: what is being typed is not lost.
        setOpen((before) => ("situation" in next ? next : before?.situation.caseId === next.caseId ? before : undefined));
        setNamed("situation" in next ? undefined : next);
      },
      (why) => setTrouble(new RangeError(`The page around this one told a case that cannot be read: ${why}`)),
    );
    tell({ type: "amends.ready" });
    return stop;
  }, []);

  useEffect(() => {
    let gone = false;
    if (named) {
      newest(amends, named).then(
        (found) => gone || (found ? setOpen(found) : setTrouble(new RangeError(`No decision of case ${named.caseId} is recorded.`))),
        (error: unknown) => gone || setTrouble(error),
      );
    }
    return () => {
      gone = true;
    };
  }, [amends, named]);

  if (trouble instanceof NotAuthenticated) {
    return (
      <SignIn
        onSign={(said) => {
          setTrouble(undefined);
          keep(said);
          setToken(said);
        }}
      />
    );
  }
  return (
    <>
      <h1>What to do for this customer</h1>
      <Trouble trouble={trouble} away="The service does not answer. Care for the customer, and promise nothing." />
      {open ? (
        <Case key={open.situation.caseId} amends={amends} opened={open} onTrouble={setTrouble} />
      ) : (
        !trouble && <p class="notice">Waiting for a case. Open one in the helpdesk.</p>
      )}
    </>
  );
}

function namedByAddress(): NamedCase | undefined {
  const caseId = new URLSearchParams(location.hash.slice(1)).get("case");
  return caseId ? { caseId, actor: undefined } : undefined;
}

interface CaseProps {
  amends: AmendsClient;
  opened: OpenCase;
  onTrouble: (trouble: unknown) => void;
}

function Case({ amends, opened, onTrouble }: CaseProps) {
  const [open, setOpen] = useState(opened);
  const [told, setTold] = useState(opened);
  const [answers, setAnswers] = useState<Answers>(new Map());
  const [typed, setTyped] = useState<{ needed: NeededFact; said: Said | undefined }>();
  const [declared, setDeclared] = useState(NOTHING);
  const [allowed, setAllowed] = useState(() => UNSAID);
  const [shown, setShown] = useState<Shown>();
  const [mistake, setMistake] = useState("");
  const [doneSo, setDoneSo] = useState<ReadonlyMap<string, DoneSo>>(new Map());
  if (told !== opened) {
    // Within this very rendering, or what is asked below would be asked of the decision before.
    setTold(opened);
    setOpen(opened);
  }
  const heading = useRef<HTMLHeadingElement>(null);
  const acted = useRef(false);
  const showing = useRef<AbortController>();
  const packId = shown?.decision.packId;
  const said = useMemo(
    () => (typed?.said === undefined ? answers : new Map(answers).set(typed.needed.path, typed.said)),
    [answers, typed],
  );

  useEffect(() => {
    // What was pressed is gone: whoever uses the keyboard goes on from the decision.
    if (acted.current && document.activeElement === document.body) {
      heading.current?.focus();
    }
    acted.current = false;
  }, [shown]);

  useEffect(() => {
    if (packId) {
      declaredBy(amends, packId).then(setDeclared, onTrouble);
    }
  }, [amends, packId]);

  useEffect(() => {
    const stop = new AbortController();
    allowedTo(amends, stop.signal).then(
      (found) => setAllowed(() => found),
      (error: unknown) => stop.signal.aborted || onTrouble(error),
    );
    return () => stop.abort();
  }, [amends]);

  useEffect(() => {
    const stop = new AbortController();
    showing.current = stop;
    const later = setTimeout(() => void show(stop.signal), typed ? PAUSE_MS : 0);
    return () => {
      clearTimeout(later);
      stop.abort();
    };
  }, [amends, opened, said]);

  async function show(signal: AbortSignal): Promise<void> {
    try {
      const recorded = said.size === 0 ? await recordedOf(amends, open.decisionId) : undefined;
      const next = recorded ?? { decision: await preview(amends, open, { answers: said, declared, signal }) };
      if (!signal.aborted) {
        setMistake("");
        onTrouble(undefined);
        setShown({ decision: next.decision, recorded: recorded !== undefined });
        setDoneSo(recorded?.doneSo ?? new Map());
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error instanceof RangeError) {
        setMistake(error.message);
      } else {
        onTrouble(error);
      }
    }
  }

  async function decideNow(): Promise<void> {
    try {
      const { decisionId, decision } = await decide(amends, open, answers, declared);
      // What is recorded stands: a preview that is still on its way must not take its place.
      showing.current?.abort();
      acted.current = true;
      setOpen({ ...open, decisionId });
      setShown({ decision, recorded: true });
      setDoneSo(new Map());
      onTrouble(undefined);
      tell({ type: "amends.decided", decisionId, caseId: open.situation.caseId ?? "" });
    } catch (error) {
      onTrouble(error);
    }
  }

  async function recordDone(actionId: string, kind: OutcomeKind, reason: string, instead?: GrantedAction): Promise<void> {
    try {
      const remarks = await record(amends, open, { actionId, kind, reason, instead });
      onTrouble(undefined);
      setDoneSo((before) => new Map(before).set(actionId, { kind, reason, instead, remarks }));
      const given = { instead: instead ? ActionKind[instead.kind] : "", amount: instead?.amount ? moneyText(instead.amount) : "" };
      tell({ type: "amends.outcome", decisionId: open.decisionId, actionId, kind: OutcomeKind[kind], reason, ...given });
    } catch (error) {
      onTrouble(error);
    }
  }

  if (!shown) {
    return <p role="status">Asking what may be done…</p>;
  }
  const { decision, recorded } = shown;
  const needed = typed?.needed ?? decision.askNext;
  const mayRecord = allowed(Permission.OUTCOME);
  return (
    <>
      <p class="outcome">{outcomeWords[decision.outcome]}</p>
      <p class="unseen" role="status">
        {summary(decision)}
      </p>
      {needed && (
        <Question
          key={needed.path}
          needed={needed}
          spec={declared.facts.get(needed.path)}
          currency={declared.currency}
          mistake={mistake}
          focused={answers.size > 0}
          onType={(next) => {
            setMistake("");
            setTyped({ needed, said: next });
          }}
          onKeep={(next) => {
            acted.current = true;
            setTyped(undefined);
            setAnswers((before) => new Map(before).set(needed.path, next));
          }}
        />
      )}
      <Answered
        answers={answers}
        onForget={(path) => setAnswers((before) => new Map([...before].filter(([one]) => one !== path)))}
      />
      <Changed decision={decision} />
      <section aria-labelledby="actions">
        <h2 id="actions" ref={heading} tabIndex={-1}>
          {recorded ? "Decided" : "Would be decided"}
        </h2>
        {decision.actions.length === 0 && <p>Nothing.</p>}
        <ol class="cards">
          {decision.actions.map((action) => (
            <Card
              key={action.actionId}
              action={action}
              doneSo={doneSo.get(action.actionId)}
              currency={declared.currency}
              isDecided={recorded}
              onDone={recorded && mayRecord ? (kind, reason, instead) => void recordDone(action.actionId, kind, reason, instead) : undefined}
            />
          ))}
        </ol>
        {recorded && !mayRecord && (
          <p class="notice">To say what was done you would need the permission to record outcomes.</p>
        )}
        {!recorded && !allowed(Permission.DECIDE) && <p class="notice">To decide you would need the permission to decide.</p>}
        {!recorded && allowed(Permission.DECIDE) && (
          <div class="buttons">
            <button type="button" class="first" aria-disabled={typed !== undefined} onClick={() => typed ?? void decideNow()}>
              Decide
            </button>
            <p class="small">{typed ? "Keep the answer first." : "Only then may anything be offered."}</p>
          </div>
        )}
      </section>
      <NotToSay decision={decision} />
      <Promised decision={decision} />
      <Overruled decision={decision} />
      <p class="small">
        {decision.packId} {decision.packVersion}, {decision.packDigest.slice(0, 8)}
      </p>
    </>
  );
}

interface AnsweredProps {
  answers: Answers;
  onForget: (path: string) => void;
}

function Answered({ answers, onForget }: AnsweredProps) {
  return answers.size === 0 ? null : (
    <section aria-labelledby="answered">
      <h2 id="answered">Answered here</h2>
      <ul class="answered">
        {[...answers].map(([path, said]) => (
          <li key={path}>
            {words(path.replace(/^.*\./, ""))}: {saidInWords(said)}{" "}
            <button type="button" class="small" onClick={() => onForget(path)}>
              Undo<span class="unseen"> ({words(path)})</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function saidInWords(said: Said): string {
  if (said === null) {
    return "cannot be found out";
  }
  return said.length === 0 ? "none" : said.map(named).join(", ");
}

/** What somebody hears who does not see the cards. */
function summary({ outcome, actions }: Decision): string {
  const each = actions.map((action) =>
    hasAmountLeft(action) && action.amount ? `${kindOf(action)} ${amount(action.amount)}` : kindOf(action),
  );
  return `${outcomeWords[outcome]}. ${each.join(", ")}`;
}
