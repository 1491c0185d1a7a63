/** The policy in a browser: the packs, and of one of them its rules, its map, what an edit of it would do, and how versions differ. */
import type { AmendsClient } from "amends-client";
import type { ComponentChild } from "preact";
import { linkTo } from "../place.ts";
import { ComparePage } from "./compare.tsx";
import { EditPage } from "./edit.tsx";
import { MapPage } from "./map.tsx";
import type { PackPageProps } from "./pack_page.ts";
import { PacksPage } from "./packs_page.tsx";
import { RulePage } from "./rule.tsx";
import { RulesPage } from "./rules.tsx";

interface Part {
  path: string;
  name: string;
  draw: (props: PackPageProps) => ComponentChild;
}

const PARTS: readonly Part[] = [
  { path: "rules", name: "Rules", draw: (props) => (props.within ? <RulePage {...props} ruleId={props.within} /> : <RulesPage {...props} />) },
  { path: "map", name: "Map", draw: (props) => <MapPage {...props} /> },
  { path: "edit", name: "Edit", draw: (props) => <EditPage {...props} /> },
  { path: "compare", name: "Compare", draw: (props) => <ComparePage {...props} /> },
];

/** `within`: of `#/policy/shop/rules/late` it is `shop/rules/late`. */
export function PolicyPage({ amends, within, asked }: { amends: AmendsClient; within: string; asked: URLSearchParams }) {
  const [packId = "", path = "", ...deeper] = within.split("/");
  if (!packId) {
    return <PacksPage amends={amends} parts={PARTS} />;
  }
  const part = PARTS.find((one) => one.path === (path || "rules"));
  return (
    <>
      <nav aria-label={`Parts of ${packId}`}>
        {PARTS.map(({ path: to, name }) => (
          <a key={to} href={linkTo(`policy/${packId}/${to}`)} {...(part?.path === to && { "aria-current": "page" as const })}>
            {name}
          </a>
        ))}
      </nav>
      {part ? part.draw({ amends, packId, within: deeper.join("/"), asked }) : <h1>There is no such page</h1>}
    </>
  );
}
