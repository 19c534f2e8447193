/**
 * What `node --require otel-agent-actions/register` and `require()` get. The set-up loads the OpenTelemetry SDK before the program,
 * which only `--import` waits for; the program itself is not kept from running.
 */
process.emitWarning(
  "otel-agent-actions/register has to be loaded by --import: node --import otel-agent-actions/register app.js. " +
    "The program runs, and nothing of it is recorded.",
  { code: "AGENT_ACTIONS_REGISTER" },
);
