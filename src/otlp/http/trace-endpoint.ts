/**
 * `POST /v1/traces`: spans by OTLP/HTTP from a program in any language.
 *
 * 200 is returned after Kafka has acknowledged every event: what is accepted is not lost, whatever happens to this process.
 * Everything that may pass is 429 or 503 with `Retry-After`, after which exporters send the same request again; a
 * repetition makes the same ids, and so no second row. Everything else is not to be repeated (400, 401, 403, 413, 415), and what
 * is wrong with single spans is reported in the partial success of a 200. https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
import type { Logger } from "pino";
import type { Access, Caller } from "../../access/authorize.js";
import type { EventQuota } from "../../access/event-quota.js";
import { AccessRefusal } from "../../access/refusal.js";
import type { OtlpSettings } from "../../config/otlp-settings.js";
import { describeError } from "../../internal/describe-error.js";
import type { OtlpStats, Rejection } from "../otlp-stats.js";
import { readTraceRequest } from "../read-request.js";
import type { SpanDelivery } from "../span-delivery.js";
import { type BodyEncoding, bodyEncoding } from "./media-type.js";
import { BODY_STATUS, isUnusable, type RequestBodies } from "./request-bodies.js";
import { accepted, type Refusal, refused } from "./responses.js";

export type TraceEndpoint = (request: Request) => Promise<Response>;

export interface TraceEndpointOptions {
  readonly settings: OtlpSettings;
  readonly access: Access;
  readonly quota: EventQuota;
  readonly bodies: RequestBodies;
  readonly delivery: Pick<SpanDelivery, "deliver" | "isAway">;
  readonly stats: OtlpStats;
  readonly log: Logger;
}

/** While Kafka is known to be away, a request waits only so long: it is the attempt that finds out whether it is back. */
const AWAY_MILLIS = 500;
const MAX_REPORTED_PROBLEMS = 5;

const BUSY: Refusal = {
  status: 429,
  message: "more spans come than Kafka takes: send them again later",
  headers: { "retry-after": "1" },
};
const UNAVAILABLE: Refusal = {
  status: 503,
  message: "Kafka did not acknowledge the events in time: send the spans again",
  headers: { "retry-after": "5" },
};

/** Never rejects. */
export function createTraceEndpoint(options: TraceEndpointOptions): TraceEndpoint {
  const { settings, access, quota, bodies, stats, log } = options;
  let isAway = false;

  async function respond(request: Request, encoding: BodyEncoding): Promise<Response> {
    const reject = (reason: Rejection, refusal: Refusal, count = 1): Response => {
      stats.rejected(reason, count);
      return refused(encoding, refusal);
    };
    const caller = await authorized(request);
    if (caller instanceof AccessRefusal)
      return reject("unauthorized", {
        status: caller.status === 421 ? 403 : caller.status,
        message: caller.message,
        headers: caller.headers,
      });
    if (bodyEncoding(request.headers.get("content-type")) === undefined)
      return reject("unsupported", {
        status: 415,
        message: "content-type has to be application/x-protobuf or application/json",
      });
    const response = await bodies.use(request, (bytes) => work(bytes, encoding, caller, reject));
    if (!isUnusable(response)) return response;
    const { because, problem } = response;
    const canPass = because === "timeout" || because === "busy";
    return reject(because, {
      status: BODY_STATUS[because],
      message: problem,
      ...(canPass && { headers: { "retry-after": "1" } }),
    });
  }

  async function authorized(request: Request): Promise<Caller | AccessRefusal> {
    try {
      const caller = await access.authorize(request.headers, "ingest");
      // Of what project a span is, its resource says, which is not read before.
      if (caller.projects === undefined) return caller;
      return new AccessRefusal(
        403,
        "a token for single projects cannot send spans: send events to /v1/actions",
      );
    } catch (error) {
      if (error instanceof AccessRefusal) return error;
      throw error;
    }
  }

  async function work(
    bytes: Buffer,
    encoding: BodyEncoding,
    caller: Caller,
    reject: (reason: Rejection, refusal: Refusal, count?: number) => Response,
  ): Promise<Response> {
    const reading = await readTraceRequest(bytes, encoding, settings.maxSpans);
    if (!reading.ok) {
      const [reason, status] = reading.tooLarge
        ? (["too_large", 413] as const)
        : (["malformed", 400] as const);
      const message = `the body is not a usable ExportTraceServiceRequest: ${reading.problem}`;
      return reject(reason, { status, message });
    }
    const { spans, problems } = reading;
    const seconds = quota.take(caller, spans.length);
    if (seconds !== undefined)
      return reject(
        "quota",
        {
          status: 429,
          message: "the token has sent as many spans as it may in a minute: send these again later",
          headers: { "retry-after": String(seconds) },
        },
        spans.length,
      );
    const waitMillis = options.delivery.isAway ? AWAY_MILLIS : settings.ackTimeoutMillis;
    const delivery = await options.delivery.deliver(spans, { waitMillis }, caller.name);
    reportOutage(delivery.status === "not_acknowledged");
    if (delivery.status === "no_room") return reject("busy", BUSY);
    if (delivery.status === "not_acknowledged") return reject("unavailable", UNAVAILABLE);
    stats.delivered(spans.length, delivery);
    stats.rejected("unreadable", problems.length);
    const rejected = problems.length + delivery.invalid + delivery.refused;
    return accepted(encoding, rejected, partialMessage(problems, delivery));
  }

  function reportOutage(away: boolean): void {
    if (away && !isAway)
      log.error("Kafka does not acknowledge events of OTLP requests: senders are asked to wait");
    if (!away && isAway) log.info("Kafka acknowledges events of OTLP requests again");
    isAway = away;
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

function partialMessage(
  problems: readonly string[],
  { invalid, refused }: { readonly invalid: number; readonly refused: number },
): string {
  const reported = problems.slice(0, MAX_REPORTED_PROBLEMS);
  if (problems.length > reported.length) reported.push(`and ${problems.length - reported.length} more`);
  if (invalid > 0) reported.push(`${invalid} spans of actions have an id that is all zeros`);
  if (refused > 0) reported.push(`Kafka refused ${refused} events`);
  return reported.join("; ");
}
