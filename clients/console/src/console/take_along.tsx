/** The situation as text to take elsewhere. */
import type { Situation } from "amends-client";
import { useState } from "preact/hooks";
import { FORMS, written, type Form } from "./share.ts";

export function TakeAlong({ situation, policy }: { situation: Situation; policy: string }) {
  const [form, setForm] = useState<Form>("Link");
  const [copied, setCopied] = useState("");
  const text = written(form, { situation, policy });
  return (
    <details class="panel">
      <summary>Take along</summary>
      <label>
        As
        <select value={form} onChange={(event) => setForm(event.currentTarget.value as Form)}>
          {FORMS.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <label>
        The text
        <textarea readOnly rows={8} spellcheck={false} value={text} onFocus={(event) => event.currentTarget.select()} />
      </label>
      {/* Browsers give a clipboard to encrypted pages and to this machine's own only; the text above can be copied anywhere. */}
      {"clipboard" in navigator && (
        <div class="buttons">
          <button type="button" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text), () => setCopied(""))}>
            Copy
          </button>
        </div>
      )}
      <p class="small" role="status">
        {copied === text && "Copied."}
      </p>
      <p class="small">It says every fact above, the case's name among them: give it to none who may not know them.</p>
    </details>
  );
}
