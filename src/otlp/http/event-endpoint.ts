/**
 * `POST /v1/actions`: events of the contract as JSON, from shells and languages without OpenTelemetry. One event, a list, or one a
 * line. `?kind=execution` for events of another kind than actions.
 *
 * 200 is returned after Kafka has acknowledged every event that it does not name as rejected: what is accepted is not lost. An event that
 * is sent again is one row when it has an `id` of its own; without one its place in Kafka names it.
 */
import type { Logger } from "pino";
import type { Access, Caller } from "../../access/authorize.js";
import type { EventQuota } from "../../access/event-quota.js";
import { AccessRefusal } from "../../access/refusal.js";
import { checkSameSite } from "../../access/same-site.js";
import type { OtlpSettings } from "../../config/otlp-settings.js";
import { EVENT_KINDS, type EventKind } from "../../event/index.js";
import { describeError } from "../../internal/describe-error.js";
import { problemResponse } from "../../internal/problem-response.js";
import type { IntakeStats } from "../intake-stats.js";
import { type RejectedEvent, readEvents } from "../read-events.js";
import type { SpanDelivery } from "../span-delivery.js";
import { BODY_STATUS, isUnusable, type RequestBodies } from "./request-bodies.js";

export type EventEndpoint = (request: Request) => Promise<Response>;

export interface EventEndpointOptions {
  readonly settings: OtlpSettings;
  readonly access: Access;
  /** Names by which the service may be called; `undefined` for any. */
  readonly hosts: ReadonlySet<string> | undefined;
  readonly quota: EventQuota;
  readonly bodies: RequestBodies;
  readonly delivery: Pick<SpanDelivery, "deliverRecords" | "isAway" | "maxRecordBytes" | "sender">;
  readonly stats: IntakeStats;
  readonly log: Logger;
}

const AWAY_MILLIS = 500;
const TYPES = ["application/json", "application/x-ndjson", "application/jsonl"];
const MAX_REPORTED = 100;

/** Never rejects. */
export function createEventEndpoint(options: EventEndpointOptions): EventEndpoint {
  const { settings, access, hosts, quota, bodies, delivery, stats, log } = options;

  async function respond(request: Request): Promise<Response> {
    checkSameSite(request.headers, hosts);
    const caller = await access.authorize(request.headers, "ingest");
    const kind = kindOf(new URL(request.url));
    if (kind === undefined) {
      stats.refusedRequest("malformed");
      return problemResponse(400, `kind has to be one of ${EVENT_KINDS.join(", ")}`);
    }
    const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
    if (!TYPES.includes(type)) {
      stats.refusedRequest("unsupported");
      return problemResponse(415, `content-type has to be ${TYPES.join(" or ")}`);
    }
    const response = await bodies.use(request, (bytes) => work(bytes, kind, caller));
    if (!isUnusable(response)) return response;
    const { because, problem } = response;
    stats.refusedRequest(because);
    const canPass = because === "timeout" || because === "busy";
    return problemResponse(BODY_STATUS[because], problem, canPass ? { headers: { "retry-after": "1" } } : {});
  }

  async function work(bytes: Buffer, kind: EventKind, caller: Caller): Promise<Response> {
    const reading = await readEvents(bytes, {
      kind,
      maxEvents: settings.maxSpans,
      maxRecordBytes: delivery.maxRecordBytes,
      projects: caller.projects,
      sender: caller.name ?? delivery.sender,
    });
    if (!reading.ok) {
      stats.refusedRequest(reading.tooLarge ? "too_large" : "malformed");
      return problemResponse(reading.tooLarge ? 413 : 400, `the body cannot be used: ${reading.problem}`);
    }
    const { records, places, rejected } = reading;
    const seconds = quota.take(caller, records.length);
    if (seconds !== undefined) {
      stats.overQuota(records.length);
      return problemResponse(
        429,
        "The token has sent as many events as it may in a minute: send these again later.",
        {
          headers: { "retry-after": String(seconds) },
        },
      );
    }
    const waitMillis = delivery.isAway ? AWAY_MILLIS : settings.ackTimeoutMillis;
    let undelivered = records.length;
    let delivered: Awaited<ReturnType<typeof delivery.deliverRecords>>;
    try {
      delivered = await delivery.deliverRecords(records, { waitMillis });
      if (delivered.status === "delivered") undelivered = delivered.refused.length;
    } finally {
      quota.giveBack(caller, undelivered);
    }
    if (delivered.status === "no_room") {
      stats.refusedRequest("busy");
      return problemResponse(429, "More events come than Kafka takes: send them again later.", {
        headers: { "retry-after": "1" },
      });
    }
    if (delivered.status === "not_acknowledged") {
      stats.refusedRequest("unavailable");
      return problemResponse(503, "Kafka did not acknowledge the events in time: send them again.", {
        headers: { "retry-after": "5" },
      });
    }
    const refused = delivered.refused.map((place) => ({
      index: places[place] ?? place,
      reasons: ["Kafka refuses it"],
    }));
    stats.taken(records.length - refused.length, rejected.length + refused.length);
    return outcome(records.length - refused.length, [...rejected, ...refused]);
  }

  return async (request) => {
    stats.requested();
    try {
      return await respond(request);
    } catch (error) {
      if (error instanceof AccessRefusal) {
        stats.refusedRequest("unauthorized");
        return problemResponse(error.status, error.message, { headers: error.headers });
      }
      // A sender that broke off hears nothing of it; for any other it is a defect of ours.
      stats.refusedRequest("unavailable");
      log.warn({ error: describeError(error).type }, "a request with events failed with an unexpected error");
      return problemResponse(500, "The request could not be worked on.");
    }
  };
}

function kindOf({ searchParams }: URL): EventKind | undefined {
  const given = searchParams.get("kind") ?? "action";
  return EVENT_KINDS.find((kind) => kind === given);
}

function outcome(accepted: number, rejected: readonly RejectedEvent[]): Response {
  const named = rejected.toSorted((one, other) => one.index - other.index).slice(0, MAX_REPORTED);
  if (accepted === 0) {
    const detail =
      rejected.length === 0
        ? "there are no events in the body"
        : `no event keeps the contract: ${named[0]?.reasons.join("; ")}`;
    return problemResponse(400, detail, { members: { rejected: named } });
  }
  const body = { accepted, rejected_count: rejected.length, rejected: named };
  return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
}
