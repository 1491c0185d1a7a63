/** What a fact is typed or chosen in. */
import { words } from "./words.ts";

interface LineProps {
  question: string;
  value: string;
  mode?: "numeric" | "decimal";
  type?: "text" | "datetime-local" | "date";
  /** The id of the element that says why what is typed is no answer. */
  mistakeId?: string;
  onType: (value: string) => void;
}

export function Line({ question, value, mode, type = "text", mistakeId, onType }: LineProps) {
  return (
    <label>
      {question}
      <input
        type={type}
        value={value}
        autocomplete="off"
        onInput={(event) => onType(event.currentTarget.value)}
        {...(mode && { inputMode: mode })}
        {...(mistakeId && { "aria-describedby": mistakeId })}
      />
    </label>
  );
}

export function Length({ question, value, mistakeId, onType }: Pick<LineProps, "question" | "value" | "mistakeId" | "onType">) {
  const [count = "", unit = "hours"] = value.split(" ");
  return (
    <div class="pair">
      <Line
        question={question}
        value={count}
        mode="numeric"
        onType={(next) => onType(next && `${next.trim()} ${unit}`)}
        {...(mistakeId && { mistakeId })}
      />
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

export function Choice({ question, values, chosen, onChoose }: ChoiceProps) {
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

export function Several({ question, values, chosen, onChoose }: SeveralProps) {
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
