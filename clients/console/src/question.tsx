/** One question about a missing fact: asked in the form of its type, and told on with every key. */
import { FactType, type FactSpec, type NeededFact } from "amends-client";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Said } from "./facts.ts";
import { Choice, Length, Line, Several } from "./inputs.tsx";
import { words } from "./words.ts";

interface QuestionProps {
  needed: NeededFact;
  spec: FactSpec | undefined;
  currency: string;
  /** Why what is typed is no answer yet; empty: it is one, or nothing is typed. */
  mistake: string;
  focused: boolean;
  onType: (said: Said | undefined) => void;
  onKeep: (said: Said) => void;
}

export function Question({ needed, spec, currency, mistake, focused, onType, onKeep }: QuestionProps) {
  const [said, setSaid] = useState<readonly string[]>([]);
  // Nothing chosen of a set is an answer: there is none of it.
  const none = said.length === 0 && spec?.type === FactType.SET;
  const form = useRef<HTMLFormElement>(null);
  const { path } = needed;
  useEffect(() => {
    if (focused) {
      form.current?.querySelector<HTMLElement>("input, select")?.focus();
    }
  }, [path, focused]);

  function type(next: readonly string[]): void {
    setSaid(next);
    onType(next.length > 0 && next.every((one) => one !== "") ? next : undefined);
  }

  return (
    <section class="question" aria-labelledby="ask">
      <h2 id="ask">Ask next</h2>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (said.every((one) => one !== "") && (said.length > 0 || none) && !mistake) {
            onKeep(said);
          }
        }}
      >
        <Field question={needed.question || words(path)} spec={spec} currency={currency} said={said} mistakeId="mistake" onType={type} />
        <p id="mistake" class="mistake" role="status">
          {mistake && `Not yet an answer: ${mistake}.`}
        </p>
        <div class="buttons">
          <button type="submit" class="first" aria-disabled={(said.length === 0 && !none) || mistake !== ""}>
            {none ? "None of these" : "Keep the answer"}
          </button>
          <button type="button" onClick={() => onKeep(null)}>
            Cannot be found out
          </button>
        </div>
      </form>
    </section>
  );
}

interface FieldProps {
  question: string;
  spec: FactSpec | undefined;
  currency: string;
  said: readonly string[];
  /** The id of the element that says why what is typed is no answer. */
  mistakeId?: string;
  onType: (said: readonly string[]) => void;
}

/** What a fact is asked with, by its type. */
export function Field({ question, spec, currency, said, mistakeId = "mistake", onType }: FieldProps) {
  const text = said[0] ?? "";
  const told = { mistakeId };
  switch (spec?.type) {
    case FactType.BOOLEAN:
      return <Choice question={question} values={["yes", "no"]} chosen={text} onChoose={(one) => onType([one])} />;
    case FactType.ENUM:
      return <Choice question={question} values={spec.values} chosen={text} onChoose={(one) => onType([one])} />;
    case FactType.SET:
      return spec.values.length > 0 ? (
        <Several question={question} values={spec.values} chosen={said} onChoose={onType} />
      ) : (
        <Line {...told} question={`${question} (separated by commas)`} value={said.join(",")} onType={(value) => onType(value.split(","))} />
      );
    case FactType.MONEY:
      return (
        <Line
          {...told}
          question={`${question} (in ${currency})`}
          value={text.replace(/ [A-Z]{3}$/, "")}
          mode="decimal"
          onType={(value) => onType([value && `${value.trim()} ${currency}`])}
        />
      );
    case FactType.DURATION:
      return <Length {...told} question={question} value={text} onType={(value) => onType([value])} />;
    case FactType.DATE:
      return <Line {...told} question={question} value={text} type="datetime-local" onType={(value) => onType([value])} />;
    case FactType.INTEGER:
    case FactType.DECIMAL:
      return (
        <Line
          {...told}
          question={spec.unit && spec.unit !== "count" ? `${question} (${spec.unit})` : question}
          value={text}
          mode={spec.type === FactType.INTEGER ? "numeric" : "decimal"}
          onType={(value) => onType([value.trim()])}
        />
      );
    default:
      return <Line {...told} question={question} value={text} onType={(value) => onType([value])} />;
  }
}
