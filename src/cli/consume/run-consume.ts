import { startService } from "../../service.js";
import type { CONSUME_OPTIONS } from "../commands/consume.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_OK } from "../framework/exit-codes.js";

/** Runs the service until a signal, then waits for its orderly end. What was left unfinished is thrown. */
export async function runConsume(
  { options }: CommandInput<typeof CONSUME_OPTIONS>,
  { env, catchInterrupts }: CliContext,
): Promise<number> {
  const interruption = catchInterrupts();
  const service = await startService({
    kafka: { brokers: options["bootstrap-servers"] },
    postgres: { url: options["database-url"]?.reveal() },
    http: { port: options.port },
    otlp: {
      // A flag that is not there says nothing; the environment may.
      enabled: options.otlp || undefined,
      grpcPort: options["otlp-grpc-port"],
      topic: options["otlp-topic"],
      logsTopic: options["otlp-logs-topic"],
      encoding: options["otlp-encoding"],
      correct: options.correct || undefined,
    },
    spool: options.spool,
    groupId: options.group,
    batchSize: options["batch-size"],
    batchTimeoutMillis: options["batch-timeout"],
    logLevel: options["log-level"],
    env,
    signal: interruption.signal,
  });
  const problem = await service.done;
  interruption.stopListening();
  if (problem) throw problem;
  return EXIT_OK;
}
