/** The sheet of facts: each fact of the pack as a field that may stay empty, and what was said beside them. */
import { clone } from "@bufbuild/protobuf";
import { create, FactType, SituationSchema, toJson, type FactSpec, type Situation } from "amends-client";
import { useMemo, useState } from "preact/hooks";
import { withAnswers, type Answers, type Said, type Vocabulary } from "../facts.ts";
import { Line, Several } from "../inputs.tsx";
import { Field } from "../question.tsx";
import { words } from "../words.ts";
import { parted } from "./said.ts";

interface SheetProps {
  situation: Situation;
  facts: readonly FactSpec[];
  currency: string;
  /** Paths of the facts that the decision waits for. */
  needed: ReadonlySet<string>;
  sought: string;
  onSeek: (sought: string) => void;
  /** With every key: the situation with what is an answer so far. */
  onSituation: (situation: Situation) => void;
}

export function Sheet({ situation, facts, currency, needed, sought, onSeek, onSituation }: SheetProps) {
  const vocabulary: Vocabulary = useMemo(() => new Map(facts.map((spec) => [spec.path, spec])), [facts]);
  const begun = useMemo(() => parted(situation, vocabulary), []);
  const [answers, setAnswers] = useState(begun.answers);
  const [rest, setRest] = useState(begun.rest);
  const mistakes = useMemo(() => mistakesOf(answers, vocabulary), [answers, vocabulary]);

  function say(path: string, said: Said | undefined): void {
    const next = new Map(answers);
    next.delete(path);
    if (said !== undefined) {
      next.set(path, said);
    }
    setAnswers(next);
    tell(rest, next);
  }

  function tell(beside: Situation, said: Answers): void {
    const wrong = mistakesOf(said, vocabulary);
    onSituation(withAnswers(beside, new Map([...said].filter(([path]) => !wrong.has(path))), vocabulary));
  }

  return (
    <form class="sheet" aria-label="Facts" onSubmit={(event) => event.preventDefault()}>
      <div class="finding">
        <Line question="Find a fact" value={sought} onType={onSeek} />
        <Line
          question="Case"
          value={rest.caseId ?? ""}
          onType={(caseId) => {
            const named = clone(SituationSchema, rest);
            named.caseId = caseId;
            setRest(named);
            tell(named, answers);
          }}
        />
      </div>
      <Beside rest={rest} />
      {grouped(facts, sought).map(([name, specs]) => (
        <section key={name} aria-labelledby={idOf(name)}>
          <h2 id={idOf(name)}>{name}</h2>
          <div class="facts">
            {specs.map((spec) => (
              <Fact
                key={spec.path}
                spec={spec}
                currency={currency}
                isNeeded={needed.has(spec.path)}
                said={answers.get(spec.path)}
                mistake={mistakes.get(spec.path)}
                onSay={(said) => say(spec.path, said)}
              />
            ))}
          </div>
        </section>
      ))}
    </form>
  );
}

/** Why an answer is none yet, by path: it is left out until it is one. */
function mistakesOf(answers: Answers, vocabulary: Vocabulary): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [path, said] of answers) {
    try {
      withAnswers(create(SituationSchema), new Map([[path, said]]), vocabulary);
    } catch (error) {
      found.set(path, (error as Error).message);
    }
  }
  return found;
}

function grouped(facts: readonly FactSpec[], sought: string): [string, FactSpec[]][] {
  const groups = new Map<string, FactSpec[]>();
  const wanted = sought.trim().toLowerCase();
  for (const spec of facts) {
    if (`${spec.path} ${words(spec.path)} ${spec.question}`.toLowerCase().includes(wanted)) {
      const name = groupOf(spec.path);
      groups.set(name, [...(groups.get(name) ?? []), spec]);
    }
  }
  return [...groups].sort(([one], [other]) => Number(other === OWN) - Number(one === OWN));
}

const OWN = "Of this pack";
const idOf = (name: string) => `facts-${name.replace(/ /g, "-")}`;

function groupOf(path: string): string {
  const [group = "", within] = path.split(".");
  return group === "facts" ? OWN : within === undefined ? "The case" : words(group);
}

interface FactProps {
  spec: FactSpec;
  currency: string;
  isNeeded: boolean;
  said: Said | undefined;
  mistake: string | undefined;
  onSay: (said: Said | undefined) => void;
}

function Fact({ spec, currency, isNeeded, said, mistake, onSay }: FactProps) {
  const mistakeId = `mistake-${spec.path}`;
  return (
    <div class={`fact ${isNeeded ? "needed" : ""}`} id={`fact-${spec.path}`}>
      {said === null ? (
        <p>
          {spec.question || words(spec.path)} <em>Cannot be found out.</em>{" "}
          <button type="button" class="small" onClick={() => onSay(undefined)}>
            Undo<span class="unseen"> ({words(spec.path)})</span>
          </button>
        </p>
      ) : (
        <Answer spec={spec} currency={currency} said={said} mistakeId={mistakeId} onSay={onSay} />
      )}
      {isNeeded && said === undefined && (
        <button type="button" class="small" onClick={() => onSay(null)}>
          Cannot be found out<span class="unseen"> ({words(spec.path)})</span>
        </button>
      )}
      <p id={mistakeId} class="mistake" role="status">
        {mistake && `Left out so far: ${mistake}.`}
      </p>
    </div>
  );
}

interface AnswerProps {
  spec: FactSpec;
  currency: string;
  said: readonly string[] | undefined;
  mistakeId: string;
  onSay: (said: Said | undefined) => void;
}

function Answer({ spec, currency, said, mistakeId, onSay }: AnswerProps) {
  const question = spec.question || words(spec.path);
  const values = spec.type === FactType.BOOLEAN ? ["yes", "no"] : spec.values;
  if (spec.type === FactType.SET && values.length > 0) {
    return <AnySet question={question} values={values} said={said} onSay={onSay} />;
  }
  if (values.length > 0) {
    return <OneOf question={question} values={values} said={said?.[0] ?? ""} onSay={onSay} />;
  }
  const onType = (next: readonly string[]) => onSay(next.every((one) => one !== "") ? next : undefined);
  return <Field question={question} spec={spec} currency={currency} said={said ?? []} mistakeId={mistakeId} onType={onType} />;
}

const IN_VAIN = "?";

function OneOf({ question, values, said, onSay }: { question: string; values: readonly string[]; said: string; onSay: AnswerProps["onSay"] }) {
  return (
    <label>
      {question}
      <select
        value={said}
        onChange={({ currentTarget: { value } }) => onSay(value === IN_VAIN ? null : value === "" ? undefined : [value])}
      >
        <option value="">not known</option>
        {values.map((value) => (
          <option key={value} value={value}>
            {words(value)}
          </option>
        ))}
        <option value={IN_VAIN}>cannot be found out</option>
      </select>
    </label>
  );
}

interface AnySetProps {
  question: string;
  values: readonly string[];
  said: readonly string[] | undefined;
  onSay: AnswerProps["onSay"];
}

/** None of them is an answer too, and not the same as not knowing. */
function AnySet({ question, values, said, onSay }: AnySetProps) {
  const isNone = said?.length === 0;
  return (
    <details open={said !== undefined}>
      <summary>
        {question} <small>{said === undefined ? "not known" : isNone ? "none" : said.map(words).join(", ")}</small>
      </summary>
      <Several question={question} values={values} chosen={said ?? []} onChoose={(next) => onSay(next.length > 0 ? next : undefined)} />
      <label class="option">
        <input type="checkbox" checked={isNone} onChange={(event) => onSay(event.currentTarget.checked ? [] : undefined)} />
        None of these
      </label>
    </details>
  );
}

/** What the fields above do not show: it is asked with, all the same. */
function Beside({ rest }: { rest: Situation }) {
  const { caseId: _shown, ...json } = toJson(SituationSchema, rest) as Record<string, unknown>;
  return Object.keys(json).length === 0 ? null : (
    <details>
      <summary>Said as well ({Object.keys(json).map(words).join(", ")})</summary>
      <pre tabIndex={0}>{JSON.stringify(json, undefined, 2)}</pre>
    </details>
  );
}
