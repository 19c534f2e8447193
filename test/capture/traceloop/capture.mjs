import * as traceloop from "@traceloop/node-server-sdk";
import * as traceloop14 from "@traceloop/node-server-sdk-0-14";
import { runAgentApp } from "./agent-app.mjs";
import { capture } from "./provider.mjs";

// Errors of tools leave rejected promises of the decorators behind.
process.on("unhandledRejection", () => {});

await capture("traceloop-agent", { traceloop, libraries: ["@traceloop/node-server-sdk"] }, () =>
  runAgentApp(traceloop),
);
await capture(
  "traceloop-agent-0.14",
  { traceloop: traceloop14, libraries: ["@traceloop/node-server-sdk-0-14"] },
  () => runAgentApp(traceloop14),
);
process.env.TRACELOOP_TRACE_CONTENT = "false";
await capture("traceloop-agent-hidden", { traceloop, libraries: ["@traceloop/node-server-sdk"] }, () =>
  runAgentApp(traceloop),
);
process.exit(0);
