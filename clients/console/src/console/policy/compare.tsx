import type { PackPageProps } from "./pack_page.ts";

export function ComparePage({ packId }: PackPageProps) {
  return <h1>{packId}</h1>;
}
