/** The console's pages, in the order of its navigation: another one is one line of this table. */
import type { AmendsClient } from "amends-client";
import type { ComponentChild } from "preact";
import { ActivationPage } from "./activation.tsx";
import { ActivationsPage } from "./activations.tsx";
import { DecidePage } from "./decide.tsx";
import { HealthPage } from "./health.tsx";
import { LogPage } from "./log.tsx";
import { ObligationsPage } from "./obligations.tsx";
import { PolicyPage } from "./policy/policy.tsx";
import { RecordedPage } from "./recorded.tsx";

export interface PageProps {
  amends: AmendsClient;
  /** As whom `amends` calls, for what is no call of the contract; empty: nobody. */
  token: string;
  /** What the address says behind the page's own name: of `#/log/7` it is `7`, of `#/log` nothing. */
  within: string;
  /** What the address asks of the page: of `#/log?case=7` it is `case=7`. */
  asked: URLSearchParams;
}

export interface ConsolePage {
  /** As in the address. */
  path: string;
  /** As in the navigation. */
  name: string;
  /** Drawn anew, with nothing kept, for every other address. */
  draw: (props: PageProps) => ComponentChild;
}

export const PAGES: readonly ConsolePage[] = [
  { path: "decide", name: "Decide", draw: (props) => <DecidePage {...props} /> },
  { path: "policy", name: "Policy", draw: (props) => <PolicyPage {...props} /> },
  { path: "log", name: "Log", draw: (props) => (props.within ? <RecordedPage {...props} decisionId={props.within} /> : <LogPage {...props} />) },
  { path: "obligations", name: "Obligations", draw: (props) => <ObligationsPage {...props} /> },
  {
    path: "activations",
    name: "Activations",
    draw: (props) => (props.within ? <ActivationPage {...props} activationId={props.within} /> : <ActivationsPage {...props} />),
  },
  { path: "health", name: "Health", draw: (props) => <HealthPage {...props} /> },
];
