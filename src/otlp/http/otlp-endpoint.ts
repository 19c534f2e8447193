/**
 * `POST /v1/traces`, `/v1/logs` and `/v1/metrics`: OTLP/HTTP from a program in any language.
 *
 * What may pass is 429 or 503 with `Retry-After`, after which exporters send the same request again. Everything else that is not 200 is not to be
 * repeated (400, 401, 403, 413, 415). https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
import type { Logger } from "pino";
import type { Access } from "../../access/authorize.js";
import { AccessRefusal } from "../../access/refusal.js";
import { describeError } from "../../internal/describe-error.js";
import { authorizeExport } from "../authorize-export.js";
import type { OtlpStats, Rejection } from "../otlp-stats.js";
import type { IntakeOutcome, SignalIntake, SignalName } from "../signal-intake.js";
import { type BodyEncoding, bodyEncoding } from "./media-type.js";
import { isUnusable, type RequestBodies } from "./request-bodies.js";
import { accepted, type Refusal, refused } from "./responses.js";

export type OtlpEndpoint = (request: Request) => Promise<Response>;

export interface OtlpEndpointOptions {
  readonly signal: SignalName;
  readonly intake: SignalIntake;
  readonly access: Access;
  /** Names by which a page may call the service; `undefined` for any. */
  readonly hosts: ReadonlySet<string> | undefined;
  readonly bodies: RequestBodies;
  readonly stats: OtlpStats;
  readonly log: Logger;
}

/** The status of each refusal; 503 for what came too late, because senders repeat that and not 408. */
const STATUS = {
  unreadable: 400,
  refused: 400,
  quota: 429,
  unauthorized: 401,
  unsupported: 415,
  malformed: 400,
  too_large: 413,
  timeout: 503,
  busy: 429,
  unavailable: 503,
} as const satisfies Record<Rejection, Refusal["status"]>;

/** Never rejects. */
export function createOtlpEndpoint(options: OtlpEndpointOptions): OtlpEndpoint {
  const { signal, intake, access, hosts, bodies, stats, log } = options;

  async function respond(request: Request, encoding: BodyEncoding): Promise<Response> {
    const caller = await authorizeExport(access, request.headers, hosts);
    if (caller instanceof AccessRefusal) {
      stats.rejected("unauthorized");
      const { status, message, headers } = caller;
      return refused(encoding, { status: status === 421 ? 403 : status, message, headers });
    }
    if (bodyEncoding(request.headers.get("content-type")) === undefined) {
      stats.rejected("unsupported");
      const message = "content-type has to be application/x-protobuf or application/json";
      return refused(encoding, { status: 415, message });
    }
    const response = await bodies.use(request, async (bytes) =>
      responseOf(await intake(bytes, encoding, caller), encoding),
    );
    if (!isUnusable(response)) return response;
    const { because: reason, problem: message } = response;
    stats.rejected(reason);
    const canPass = reason === "timeout" || reason === "busy";
    return responseOf({ taken: false, reason, message, ...(canPass && { retrySeconds: 1 }) }, encoding);
  }

  function responseOf(outcome: IntakeOutcome, encoding: BodyEncoding): Response {
    if (outcome.taken) return accepted(encoding, signal, outcome.rejected, outcome.message);
    const { reason, message, retrySeconds } = outcome;
    const headers = retrySeconds === undefined ? {} : { "retry-after": String(retrySeconds) };
    return refused(encoding, { status: STATUS[reason], message, headers });
  }

  return async (request) => {
    stats.requested();
    const encoding = bodyEncoding(request.headers.get("content-type")) ?? "json";
    try {
      return await respond(request, encoding);
    } catch (error) {
      // A sender that broke off hears nothing of it; for any other it is a defect of ours.
      stats.rejected("unavailable");
      log.warn({ error: describeError(error).type }, "an OTLP request failed with an unexpected error");
      return refused(encoding, { status: 500, message: "the request could not be worked on" });
    }
  };
}
