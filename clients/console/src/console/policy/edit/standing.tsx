/** In a line how the draft stands: what is found in it, whether it compiles, and what that changed. */
import type { CheckRulePackResponse, Diagnostic } from "amends-client";
import { isError } from "./checks.ts";

interface StandingProps {
  told: CheckRulePackResponse;
  gone: readonly Diagnostic[];
  fresh: readonly Diagnostic[];
}

export function Standing({ told, gone, fresh }: StandingProps) {
  const errors = told.diagnostics.filter(isError).length;
  const warnings = told.diagnostics.length - errors;
  const counts = [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean).join(", ");
  return (
    <>
      <span class={errors > 0 ? "missed" : warnings > 0 ? "late" : ""}>{counts || "Nothing is found"}.</span>{" "}
      {told.compiles ? (
        <>
          Compiles as {told.version} (<abbr title={told.digest}>{told.digest.slice(0, 8)}</abbr>).
        </>
      ) : (
        "It does not compile."
      )}
      {gone.length > 0 && ` Gone since you began: ${gone.length}.`}
      {fresh.length > 0 && ` New since you began: ${fresh.length}.`}
    </>
  );
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
