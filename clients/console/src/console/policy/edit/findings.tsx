/** Everything that is found in the draft, as `amends check` writes it; each leads to its place. */
import type { Diagnostic } from "amends-client";
import { isError } from "./checks.ts";

interface FindingsProps {
  found: readonly Diagnostic[];
  gone: readonly Diagnostic[];
  fresh: readonly Diagnostic[];
  /** Whether that file can be opened here. */
  isHere: (file: string) => boolean;
  onGo: (found: Diagnostic) => void;
}

export function Findings({ found, gone, fresh, isHere, onGo }: FindingsProps) {
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Found in its files</h2>
      {found.length === 0 && <p>Nothing.</p>}
      <ol class="findings">
        {found.map((one, at) => (
          <li key={at}>
            <p>
              {isHere(one.file) ? (
                <button type="button" class="link" onClick={() => onGo(one)}>
                  {placeOf(one)}
                </button>
              ) : (
                placeOf(one)
              )}
              : <Saying found={one} />
              {fresh.includes(one) && <small> (new)</small>}
            </p>
            {one.excerpt && (
              <pre tabIndex={0} aria-label={`Line ${one.line}`}>
                {one.excerpt}
                {"\n"}
                {" ".repeat(one.column - 1)}^
              </pre>
            )}
            {one.hint && <p class="small">hint: {one.hint}</p>}
          </li>
        ))}
      </ol>
      {gone.length > 0 && (
        <details>
          <summary>Gone since you began: {gone.length}</summary>
          <ul>
            {gone.map((one, at) => (
              <li key={at}>
                {placeOf(one)}: <Saying found={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Saying({ found }: { found: Diagnostic }) {
  const bad = isError(found);
  return (
    <>
      <span class={bad ? "missed" : "late"}>
        {bad ? "error" : "warning"}[{found.code}]
      </span>
      : {found.message}
    </>
  );
}

function placeOf({ file, line, column }: Diagnostic): string {
  return `${file}:${line}:${column}`;
}
