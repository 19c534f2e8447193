/** Who made an event, as its `producer`. A test holds it against package.json, which cannot be read cheaply at run time. */
export const PRODUCER = "otel-agent-actions@0.1.0";
