import { PACKAGE_VERSION } from "../../../src/internal/package-version.js";

/** Who made an event, as its `producer`. */
export const PRODUCER = `otel-agent-actions@${PACKAGE_VERSION}`;
