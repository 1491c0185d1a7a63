/** What the checks found in the cells of `main`, each to be seen on the map, and to be mended where it is written. */
import type { Diagnostic } from "amends-client";

interface MapFindingsProps {
  findings: readonly Diagnostic[];
  chosen: Diagnostic | undefined;
  onChoose: (finding: Diagnostic) => void;
  /** Where its line is edited; left out: nowhere. */
  linkOf?: ((finding: Diagnostic) => string) | undefined;
}

export function MapFindings({ findings, chosen, onChoose, linkOf }: MapFindingsProps) {
  return (
    <section aria-labelledby="map-findings" class="part">
      <h2 id="map-findings">What the checks found in its cells ({findings.length})</h2>
      <ol class="found-cells">
        {findings.map((finding) => (
          <li key={finding.message} {...(finding === chosen && { "aria-current": "true" as const })}>
            <p>
              <strong>{labelOf(finding)}:</strong> {finding.message}
            </p>
            {finding.hint && <p class="small">{finding.hint}</p>}
            <p class="links">
              <button type="button" class="small" onClick={() => onChoose(finding)}>
                Show its cells<span class="unseen"> ({labelOf(finding)})</span>
              </button>
              {linkOf && (
                <a href={linkOf(finding)}>
                  {finding.file}:{finding.line}
                </a>
              )}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** `gap`; of what makes more give less, `break`. */
export function labelOf({ code }: Diagnostic): string {
  return code === "monotonic" ? "break: more gives less" : code.replaceAll("-", " ");
}
