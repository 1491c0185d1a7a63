/** One question about a missing fact: asked in the form of its type, and told on with every key. */
import { FactType, type FactSpec, type NeededFact } from "amends-client";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Said } from "./facts.ts";
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
        <Field question={needed.question || words(path)} spec={spec} currency={currency} said={said} onType={type} />
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
  onType: (said: readonly string[]) => void;
}

function Field({ question, spec, currency, said, onType }: FieldProps) {
  const text = said[0] ?? "";
  switch (spec?.type) {
    case FactType.BOOLEAN:
      return <Choice question={question} values={["yes", "no"]} chosen={text} onChoose={(one) => onType([one])} />;
    case FactType.ENUM:
      return <Choice question={question} values={spec.values} chosen={text} onChoose={(one) => onType([one])} />;
    case FactType.SET:
      return spec.values.length > 0 ? (
        <Several question={question} values={spec.values} chosen={said} onChoose={onType} />
      ) : (
        <Line question={`${question} (separated by commas)`} value={said.join(",")} onType={(value) => onType(value.split(","))} />
      );
    case FactType.MONEY:
      return (
        <Line
          question={`${question} (in ${currency})`}
          value={text.replace(/ [A-Z]{3}$/, "")}
          mode="decimal"
          onType={(value) => onType([value && `${value.trim()} ${currency}`])}
        />
      );
    case FactType.DURATION:
      return <Length question={question} value={text} onType={(value) => onType([value])} />;
    case FactType.DATE:
      return <Line question={question} value={text} type="datetime-local" onType={(value) => onType([value])} />;
    case FactType.INTEGER:
    case FactType.DECIMAL:
      return (
        <Line
          question={spec.unit && spec.unit !== "count" ? `${question} (${spec.unit})` : question}
          value={text}
          mode={spec.type === FactType.INTEGER ? "numeric" : "decimal"}
          onType={(value) => onType([value.trim()])}
        />
      );
    default:
      return <Line question={question} value={text} onType={(value) => onType([value])} />;
  }
}

interface LineProps {
  question: string;
  value: string;
  mode?: "numeric" | "decimal";
  type?: "text" | "datetime-local";
  onType: (value: string) => void;
}

function Line({ question, value, mode, type = "text", onType }: LineProps) {
  return (
    <label>
      {question}
      <input
        type={type}
        value={value}
        aria-describedby="mistake"
        autocomplete="off"
        onInput={(event) => onType(event.currentTarget.value)}
        {...(mode && { inputMode: mode })}
      />
    </label>
  );
}

function Length({ question, value, onType }: { question: string; value: string; onType: (value: string) => void }) {
  const [count = "", unit = "hours"] = value.split(" ");
  return (
    <div class="pair">
      <Line question={question} value={count} mode="numeric" onType={(next) => onType(next && `${next.trim()} ${unit}`)} />
      <label>
        Unit
        <select value={unit} onChange={(event) => onType(count && `${count} ${event.currentTarget.value}`)}>
          {["minutes", "hours", "days"].map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

interface ChoiceProps {
  question: string;
  values: readonly string[];
  chosen: string;
  onChoose: (value: string) => void;
}

function Choice({ question, values, chosen, onChoose }: ChoiceProps) {
  return (
    <fieldset>
      <legend>{question}</legend>
      {values.map((value) => (
        <label key={value} class="option">
          <input type="radio" name="answer" checked={value === chosen} onChange={() => onChoose(value)} />
          {words(value)}
        </label>
      ))}
    </fieldset>
  );
}

interface SeveralProps {
  question: string;
  values: readonly string[];
  chosen: readonly string[];
  onChoose: (values: readonly string[]) => void;
}

function Several({ question, values, chosen, onChoose }: SeveralProps) {
  return (
    <fieldset>
      <legend>{question}</legend>
      {values.map((value) => (
        <label key={value} class="option">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) =>
              onChoose(event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
            }
          />
          {words(value)}
        </label>
      ))}
    </fieldset>
  );
}
