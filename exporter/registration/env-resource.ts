import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { EnvReader } from "../../src/config/env-reader.js";
import { ATTR_SERVICE_NAME } from "../../src/event/semconv.js";

type Resource = ReadableSpan["resource"];

/** The resource with what the environment says about the process. */
export function withEnvironment(resource: Resource, env: NodeJS.ProcessEnv = process.env): Resource {
  const attributes = envResourceAttributes(env);
  // `merge` reads the raw attributes of its argument, and returns a resource of the SDK's own making.
  const said = { attributes, getRawAttributes: () => Object.entries(attributes) };
  return resource.merge(said as unknown as Resource);
}

/**
 * What `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` say about the process; the second goes before the first.
 * Pairs that cannot be read are left out.
 *
 * @see https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 */
export function envResourceAttributes(env: NodeJS.ProcessEnv = process.env): Attributes {
  const reader = new EnvReader(env);
  const attributes: Attributes = {};
  for (const pair of reader.list("OTEL_RESOURCE_ATTRIBUTES") ?? []) {
    // A value may hold the sign itself: it ends where the next comma is.
    const sign = pair.indexOf("=");
    const [key, value] = [pair.slice(0, Math.max(sign, 0)), pair.slice(sign + 1)].map((text) =>
      decoded(text.trim()),
    );
    if (key && value !== undefined) attributes[key] = value;
  }
  const serviceName = reader.text("OTEL_SERVICE_NAME");
  return serviceName === undefined ? attributes : { ...attributes, [ATTR_SERVICE_NAME]: serviceName };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
