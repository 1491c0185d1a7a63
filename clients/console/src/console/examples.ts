/** A few situations to begin with, in facts that every pack has. */
import { fromJson, SituationSchema, type Situation } from "amends-client";

type Json = Parameters<typeof fromJson>[1];

/** Their money is in the pack's own currency. */
export function examples(currency: string): readonly [string, Situation][] {
  const money = (units: string) => ({ currencyCode: currency, units });
  const told: [string, Json][] = [
    [
      "Delivered late, our fault",
      {
        caseId: "example-late",
        stage: "STAGE_PURCHASE",
        cause: "CAUSE_PROCESS",
        fault: "FAULT_COMPANY",
        severity: "SEVERITY_MEDIUM",
        failureReality: "FAILURE_REALITY_ACTUAL",
        reporter: "REPORTER_CUSTOMER",
        amountPaid: money("60"),
        amountRefunded: money("0"),
        shippingFee: money("10"),
        granted: {},
      },
    ],
    [
      "An outage that goes on, found by ourselves",
      {
        caseId: "example-outage",
        stage: "STAGE_USE",
        cause: "CAUSE_TECHNOLOGY",
        fault: "FAULT_COMPANY",
        severity: "SEVERITY_HIGH",
        failureReality: "FAILURE_REALITY_ACTUAL",
        reporter: "REPORTER_COMPANY",
        incident: { ongoing: true, etaKnown: false, ownerAssigned: true, affectedCustomers: 800 },
        granted: {},
      },
    ],
    [
      "The customer's own mistake, and upset",
      {
        caseId: "example-own",
        stage: "STAGE_PURCHASE",
        cause: "CAUSE_PEOPLE",
        fault: "FAULT_CUSTOMER",
        severity: "SEVERITY_LOW",
        sentiment: "SENTIMENT_UPSET",
        reporter: "REPORTER_CUSTOMER",
        requested: { values: ["REQUEST_REFUND"] },
        granted: {},
      },
    ],
  ];
  return told.map(([name, json]) => [name, fromJson(SituationSchema, json)]);
}
