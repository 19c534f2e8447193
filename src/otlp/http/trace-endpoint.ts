/**
 * `POST /v1/traces`: spans by OTLP/HTTP from a program in any language.
 *
 * 200 is returned after Kafka has acknowledged every event: what is accepted is not lost, whatever happens to this process.
 * Everything that may pass is 429 or 503 with `Retry-After`, after which exporters send the same request again; a
 * repetition makes the same ids, and so no second row. Everything else is not to be repeated (400, 401, 413, 415), and what
 * is wrong with single spans is reported in the partial success of a 200. https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
import type { Logger } from "pino";
import type { OtlpSettings } from "../../config/otlp-settings.js";
import { describeError } from "../../internal/describe-error.js";
import type { OtlpStats, Rejection } from "../otlp-stats.js";
import { readTraceRequest } from "../read-request.js";
import type { SpanDelivery } from "../span-delivery.js";
import { saysToken } from "./bearer-token.js";
import { type BodyEncoding, bodyEncoding } from "./media-type.js";
import { type BodyReading, decodeBody, receiveBody } from "./read-body.js";
import { accepted, type Refusal, refused } from "./responses.js";

export type TraceEndpoint = (request: Request) => Promise<Response>;

export interface TraceEndpointOptions {
  readonly settings: OtlpSettings;
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

/** 503 for what came too late, because senders repeat that and not 408. */
const BODY_STATUS = { too_large: 413, malformed: 400, unsupported: 415, timeout: 503, busy: 429 } as const;

/** Never rejects. */
export function createTraceEndpoint(options: TraceEndpointOptions): TraceEndpoint {
  const { settings, stats, log } = options;
  let underWay = 0;
  /** Of bodies that are received or worked on. */
  let heldBytes = 0;
  let isAway = false;

  async function respond(request: Request, encoding: BodyEncoding): Promise<Response> {
    const reject = (reason: Rejection, refusal: Refusal): Response => {
      stats.rejected(reason);
      return refused(encoding, refusal);
    };
    if (settings.token && !saysToken(request.headers.get("authorization"), settings.token))
      return reject("unauthorized", {
        status: 401,
        message: "the header authorization has to say the bearer token of this service",
        headers: { "www-authenticate": "Bearer" },
      });
    if (bodyEncoding(request.headers.get("content-type")) === undefined)
      return reject("unsupported", {
        status: 415,
        message: "content-type has to be application/x-protobuf or application/json",
      });
    let held = 0;
    const hold = (bytes: number): boolean => {
      held += bytes;
      heldBytes += bytes;
      return heldBytes <= settings.maxRequests * settings.maxBodyBytes;
    };
    const unusable = ({ because, problem }: Extract<BodyReading, { ok: false }>): Response =>
      reject(because, {
        status: BODY_STATUS[because],
        message: problem,
        ...(because === "timeout" || because === "busy" ? { headers: { "retry-after": "1" } } : {}),
      });
    try {
      const received = await receiveBody(request, { ...settings, hold });
      if (!received.ok) return unusable(received);
      // Only now: who sends slowly keeps nobody else out.
      if (underWay >= settings.maxRequests) return reject("busy", BUSY);
      underWay++;
      try {
        const body = await decodeBody(request, received.bytes, settings.maxDecodedBytes);
        return body.ok ? await work(body.bytes, encoding, reject) : unusable(body);
      } finally {
        underWay--;
      }
    } finally {
      heldBytes -= held;
    }
  }

  async function work(
    bytes: Buffer,
    encoding: BodyEncoding,
    reject: (reason: Rejection, refusal: Refusal) => Response,
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
    const waitMillis = options.delivery.isAway ? AWAY_MILLIS : settings.ackTimeoutMillis;
    const delivery = await options.delivery.deliver(spans, { waitMillis });
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
