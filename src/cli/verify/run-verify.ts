import { setTimeout as sleep } from "node:timers/promises";
import { StoreError, TransportError } from "../../errors.js";
import { connectKafkaAdmin, type KafkaAdmin } from "../../kafka/admin.js";
import { createPool } from "../../store/pool.js";
import { type Judgement, judge, type Verdict } from "../../verify/verdict.js";
import { type Evidence, gatherEvidence } from "../../verify/verify.js";
import type { VERIFY_OPTIONS } from "../commands/verify.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import {
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_UNKNOWN,
  signalExitCode,
  UsageError,
  unavailable,
} from "../framework/exit-codes.js";
import { type CliSettings, resolveSettings } from "../settings.js";
import { parseSince } from "../tail/run-tail.js";
import { verificationJson, verificationLines } from "./show.js";

const CODES: Readonly<Record<Verdict, number>> = {
  complete: EXIT_OK,
  missing: EXIT_FAILURE,
  unknown: EXIT_UNKNOWN,
};

/** Counting the rows of a producer reads whole tables. */
const STATEMENT_MILLIS = 600_000;
const PAUSE_MILLIS = 1_000;

type VerifyInput = CommandInput<typeof VERIFY_OPTIONS>;

export async function runVerify({ options }: VerifyInput, context: CliContext): Promise<number> {
  const { out, env } = context;
  if (options.run !== undefined && options.producer !== undefined)
    throw new UsageError("Either --run or --producer: a run says itself who its producers are.", "verify");
  const since = options.since === undefined ? undefined : parseSince(options.since, new Date(), "verify");
  const settings = resolveSettings(options, env, { onNotice: out.progress });
  const interruption = context.catchInterrupts();
  const signal = AbortSignal.any([interruption.signal, out.readerGone]);
  const scope = { run: options.run, producer: options.producer, since };
  const until = performance.now() + (options.wait ?? 0) * 1_000;
  try {
    for (;;) {
      const evidence = await look(settings, { scope, records: options.records, signal });
      const judgement = judge(evidence);
      if (interruption.received !== undefined) return signalExitCode(interruption.received);
      if (isPassing(judgement) && performance.now() < until) {
        await sleep(PAUSE_MILLIS, undefined, { signal }).catch(() => undefined);
        continue;
      }
      if (options.json) out.json(verificationJson(evidence, judgement));
      else for (const line of verificationLines(evidence, judgement, out)) out.result(line);
      return CODES[judgement.verdict];
    }
  } finally {
    interruption.stopListening();
  }
}

/** Whether asking again later may say more. */
const isPassing = ({ verdict, totals }: Judgement): boolean =>
  verdict === "unknown" && totals.on_the_way + totals.unread + totals.waiting > 0;

type Question = Pick<Parameters<typeof gatherEvidence>[0], "scope" | "records" | "signal">;

async function look(settings: CliSettings, question: Question): Promise<Evidence> {
  const { kafka, postgres, topics, groupId } = settings;
  const pool = createPool({ ...postgres, maxConnections: 1, statementTimeoutMillis: STATEMENT_MILLIS });
  let admin: KafkaAdmin | undefined;
  try {
    admin = await connectKafkaAdmin(kafka);
    return await gatherEvidence({ pool, admin, kafka, topics, groupId, ...question });
  } catch (error) {
    if (error instanceof StoreError || error instanceof TransportError) throw error;
    throw unavailable(`Kafka at ${kafka.brokers.join(", ")} does not respond`, error);
  } finally {
    await admin?.close();
    await pool.end();
  }
}
