/** What a caller imports: the client, its errors, helpers for exact values, and the messages of the contract. */
export type { CallOptions } from "./calls.js";
export { createAmendsClient, type AmendsClient, type ClientOptions, type Conveniences } from "./client.js";
export type { Credentials, Token } from "./credentials.js";
export { answered, type Answered, type Asking } from "./each.js";
export * from "./errors.js";
export { fallback, type Fallback } from "./fallback.js";
export { minorUnits, money, moneyFor, moneyOf, moneyText } from "./money.js";
export { hasAmountLeft, mayDoNow } from "./reading.js";
export { decimal, duration, facts, type PlainFact } from "./values.js";
export { Code } from "@connectrpc/connect";
export { create, fromJson, toJson } from "@bufbuild/protobuf";

export * from "./gen/amends/v1/action_pb.js";
export * from "./gen/amends/v1/decision_pb.js";
export * from "./gen/amends/v1/decision_service_pb.js";
export * from "./gen/amends/v1/error_reason_pb.js";
export * from "./gen/amends/v1/flat_decision_pb.js";
export * from "./gen/amends/v1/record_pb.js";
export * from "./gen/amends/v1/rule_pack_service_pb.js";
export * from "./gen/amends/v1/rule_pack_words_pb.js";
export * from "./gen/amends/v1/situation_pb.js";
export { MoneySchema, type Money } from "./gen/google/type/money_pb.js";
