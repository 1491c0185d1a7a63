/**
 * What may go wrong with a call, as types: read from the status and its details, nothing guessed.
 *
 * Every error knows its code, the reason of the contract's `ErrorReason`, and the request id by which the server's log finds
 * the call. A reason that this version does not know falls back to the type of its code.
 */
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "./gen/amends/v1/error_reason_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RequestInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import type { BadRequest_FieldViolation, ErrorInfo, RequestInfo, RetryInfo } from "./gen/google/rpc/error_details_pb.js";
import type { Status } from "./gen/google/rpc/status_pb.js";

/** A name of `ErrorReason`, without its prefix. */
export type Reason = keyof typeof ErrorReason;

/** One thing wrong with a request: the path of the field, and what was expected there. */
export interface FieldViolation {
  field: string;
  description: string;
}

/** An error's content. */
export interface Failure {
  code: Code;
  message: string;
  /** The id of the request, as it stands in the server's log. */
  requestId: string;
  /** Empty where the server gave none; a newer server may give one that is no `Reason` yet. */
  reason: Reason | (string & {});
  metadata: Record<string, string>;
  /** Everything that is wrong with the request, at once. */
  violations: readonly FieldViolation[];
  /** After so many milliseconds the same call may be answered, where the server says so. */
  retryAfterMs: number | undefined;
}

/** Base of every error that a call may end with, and the error itself where no narrower type fits. */
export class AmendsError extends Error implements Failure {
  readonly code: Code;
  readonly requestId: string;
  readonly reason: Failure["reason"];
  readonly metadata: Record<string, string>;
  readonly violations: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, { cause });
    this.name = new.target.name;
    this.code = failure.code;
    this.requestId = failure.requestId;
    this.reason = failure.reason;
    this.metadata = failure.metadata;
    this.violations = failure.violations;
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** The request breaks a rule of its form or of the pack's vocabulary. Sending it again unchanged fails again. */
export class InvalidRequest extends AmendsError {}

/** The request names something that the server does not have: a policy, a pack, a decision, an action. */
export class NotFound extends AmendsError {}

/** A request of that id was answered before, and asked for something else: every request needs an id of its own. */
export class RequestIdReused extends AmendsError {}

/** The decision is of another case, or another one has taken its place already. */
export class CannotSupersede extends AmendsError {
  /** The decision that has taken its place; empty where none has. */
  get supersededBy(): string {
    return this.metadata["superseded_by"] ?? "";
  }
}

/** The service does not know who calls: no token, key or certificate that counts. */
export class NotAuthenticated extends AmendsError {}

/** Who calls may not do this, or not with this policy. */
export class PermissionDenied extends AmendsError {}

/** Who calls, or the service, has had enough calls for now; `retryAfterMs` says how long. */
export class TooManyCalls extends AmendsError {}

/** Something went wrong in the server that should not; it has logged it under the request id. */
export class InternalError extends AmendsError {}

/** The caller's own `signal` ended the call. Whether the service had it by then is not known. */
export class Cancelled extends AmendsError {}

/** No answer came: the service cannot be reached, cannot decide, or is too slow. The case is still undecided. */
export class ServiceAway extends AmendsError {}

/** The service cannot be reached, or says that it does not decide now. */
export class Unavailable extends ServiceAway {}

/** The server cannot reach its decision log, so it answers nothing. A call that carries an id is repeated until then. */
export class LogUnavailable extends Unavailable {}

/** No answer came in time. */
export class DeadlineExceeded extends ServiceAway {}

type ErrorType = new (failure: Failure, cause?: unknown) => AmendsError;

const BY_REASON: Partial<Record<Reason, ErrorType>> = {
  REQUEST_ID_REUSED: RequestIdReused,
  CANNOT_SUPERSEDE: CannotSupersede,
  LOG_UNAVAILABLE: LogUnavailable,
  RATE_LIMITED: TooManyCalls,
  OVERLOADED: TooManyCalls,
};

const BY_CODE: Partial<Record<Code, ErrorType>> = {
  [Code.InvalidArgument]: InvalidRequest,
  [Code.NotFound]: NotFound,
  [Code.Unauthenticated]: NotAuthenticated,
  [Code.PermissionDenied]: PermissionDenied,
  [Code.Internal]: InternalError,
  [Code.Canceled]: Cancelled,
  [Code.Unavailable]: Unavailable,
  [Code.DeadlineExceeded]: DeadlineExceeded,
};

/** The error of a call that came to an end with `error`. */
export function errorFromCall(error: unknown, requestId: string): AmendsError {
  if (error instanceof AmendsError) {
    return error;
  }
  const told = ConnectError.from(error);
  const code = nobodyAnswered(told) ? Code.Unavailable : told.code;
  const [info] = told.findDetails(ErrorInfoSchema);
  const [bad] = told.findDetails(BadRequestSchema);
  const [retry] = told.findDetails(RetryInfoSchema);
  const [named] = told.findDetails(RequestInfoSchema);
  return made(code, told.rawMessage, { info, violations: bad?.fieldViolations, retry, named, requestId, cause: error });
}

/** The error of one item of a batch or a stream. */
export function errorFromStatus(status: Status, requestId: string): AmendsError {
  const unpacked = status.details.map((detail) => ({
    info: anyUnpack(detail, ErrorInfoSchema),
    bad: anyUnpack(detail, BadRequestSchema),
    retry: anyUnpack(detail, RetryInfoSchema),
    named: anyUnpack(detail, RequestInfoSchema),
  }));
  return made(status.code, status.message, {
    info: unpacked.find((one) => one.info)?.info,
    violations: unpacked.find((one) => one.bad)?.bad?.fieldViolations,
    retry: unpacked.find((one) => one.retry)?.retry,
    named: unpacked.find((one) => one.named)?.named,
    requestId,
  });
}

interface Details {
  info: ErrorInfo | undefined;
  violations: BadRequest_FieldViolation[] | undefined;
  retry: RetryInfo | undefined;
  named: RequestInfo | undefined;
  requestId: string;
  cause?: unknown;
}

function made(code: Code, message: string, { info, violations, retry, named, requestId, cause }: Details): AmendsError {
  const reason = info?.reason ?? "";
  const wait = retry?.retryDelay;
  const failure: Failure = {
    code,
    message,
    requestId: named?.requestId || requestId,
    reason,
    metadata: info?.metadata ?? {},
    violations: (violations ?? []).map(({ field, description }) => ({ field, description })),
    retryAfterMs: wait && Number(wait.seconds) * 1000 + wait.nanos / 1_000_000,
  };
  const known = BY_REASON[reason as Reason] ?? BY_CODE[code] ?? AmendsError;
  return new known(failure, cause);
}

/** A connection that broke has an error of the system below it: of `fetch` a `TypeError`, of Node one with a code in words. */
function nobodyAnswered({ code, cause }: ConnectError): boolean {
  if (code === Code.Canceled || code === Code.DeadlineExceeded) {
    return false;
  }
  return cause instanceof TypeError || (cause instanceof Error && "code" in cause && typeof cause.code === "string");
}
