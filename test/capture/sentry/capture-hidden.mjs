/** The same without content: `node test/capture/run.mjs sentry capture-hidden.mjs`. */
process.env.CAPTURE_CONTENT = "false";
await import("./capture.mjs");
