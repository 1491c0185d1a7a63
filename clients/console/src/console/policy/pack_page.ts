/** What each page of one pack is drawn with. */
import type { AmendsClient } from "amends-client";

export interface PackPageProps {
  amends: AmendsClient;
  packId: string;
  /** What stands behind the part's own name: of `#/policy/shop/rules/late` it is `late`. */
  within: string;
  asked: URLSearchParams;
}
