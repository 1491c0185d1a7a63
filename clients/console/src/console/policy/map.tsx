import type { PackPageProps } from "./pack_page.ts";

export function MapPage({ packId }: PackPageProps) {
  return <h1>{packId}</h1>;
}
