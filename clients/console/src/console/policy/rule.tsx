import type { PackPageProps } from "./pack_page.ts";

export function RulePage({ packId, ruleId }: PackPageProps & { ruleId: string }) {
  return (
    <h1>
      {packId} {ruleId}
    </h1>
  );
}
