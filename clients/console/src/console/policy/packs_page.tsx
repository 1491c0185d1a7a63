import type { AmendsClient } from "amends-client";

export function PacksPage(_props: { amends: AmendsClient }) {
  return <h1>Policy</h1>;
}
