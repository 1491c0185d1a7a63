/** The open file as text, with the numbers of its lines. Tab goes on to the next element, as everywhere: it writes nothing. */
import type { Diagnostic } from "amends-client";
import { useEffect, useRef } from "preact/hooks";
import { isError } from "./checks.ts";

/** A place in a file to go to. */
export interface Spot {
  /** Its path after the pack's id. */
  file: string;
  /** From 1; 0: the file is only opened. */
  line: number;
}

interface TextFileProps {
  spot: Spot;
  text: string;
  found: readonly Diagnostic[];
  /** Left out where it is only read. */
  onType?: (text: string) => void;
}

export function TextFile({ spot, text, found, onType }: TextFileProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const lines = text.split("\n");
  useEffect(() => {
    if (spot.line > 0) {
      goTo(area.current!, frame.current!, spot.line);
    }
  }, [spot]);
  return (
    <div class="text" ref={frame}>
      <pre class="numbers" aria-hidden="true">
        {lines.map((_, at) => (
          <span key={at} class={markAt(at + 1, found)}>
            {at + 1}
            {"\n"}
          </span>
        ))}
      </pre>
      <textarea
        ref={area}
        aria-label={spot.file}
        // As large as its text: both scroll together, in the frame around them.
        rows={lines.length}
        cols={Math.max(...lines.map((line) => line.length)) + 2}
        wrap="off"
        spellcheck={false}
        autocomplete="off"
        readOnly={onType === undefined}
        value={text}
        onInput={(event) => onType?.(event.currentTarget.value)}
      />
    </div>
  );
}

function markAt(line: number, found: readonly Diagnostic[]): string {
  const here = found.filter((one) => one.line === line);
  return here.length === 0 ? "" : here.some(isError) ? "missed" : "late";
}

/** The line is selected, and in the middle of what is seen. */
function goTo(area: HTMLTextAreaElement, frame: HTMLElement, line: number): void {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  frame.scrollTop = (area.scrollHeight * (line - 0.5)) / lines.length - frame.clientHeight / 2;
}
