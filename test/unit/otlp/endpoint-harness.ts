import pino from "pino";
import { EventQuota } from "../../../src/access/event-quota.js";
import { allowedHosts } from "../../../src/access/same-site.js";
import type { OtlpSettings } from "../../../src/config/otlp-settings.js";
import { createOtlpEndpoint, type OtlpEndpoint } from "../../../src/otlp/http/otlp-endpoint.js";
import { RequestBodies } from "../../../src/otlp/http/request-bodies.js";
import type { OtlpStats } from "../../../src/otlp/otlp-stats.js";
import { createIntakes, SIGNALS, type SignalName } from "../../../src/otlp/signal-intake.js";
import type { SpanDelivery } from "../../../src/otlp/span-delivery.js";
import { intakeAccess } from "../../helpers/access.js";

interface Parts {
  readonly settings: OtlpSettings;
  readonly delivery: SpanDelivery;
  readonly stats: OtlpStats;
  /** Items a minute that a token may send. */
  readonly quota?: number;
}

/** The endpoints of all signals, as the service has them. */
export function signalEndpoints({
  settings,
  delivery,
  stats,
  quota,
}: Parts): Record<SignalName, OtlpEndpoint> {
  const log = pino({ level: "silent" });
  const intakes = createIntakes({ settings, quota: new EventQuota(quota), delivery, stats, log });
  const access = intakeAccess(settings.token);
  const hosts = allowedHosts(true, undefined);
  const shared = { access, hosts, bodies: new RequestBodies(settings), stats, log };
  return Object.fromEntries(
    SIGNALS.map((signal) => [signal, createOtlpEndpoint({ ...shared, signal, intake: intakes[signal] })]),
  ) as Record<SignalName, OtlpEndpoint>;
}
