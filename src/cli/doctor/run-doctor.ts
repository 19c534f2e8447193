import { describeError } from "../../internal/describe-error.js";
import { createPool } from "../../store/pool.js";
import type { DOCTOR_OPTIONS } from "../commands/doctor.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK } from "../framework/exit-codes.js";
import { type CliSettings, resolveSettings } from "../settings.js";
import { checkBrokers } from "./check-brokers.js";
import { checkRecordClock } from "./check-clock.js";
import { checkDatabase } from "./check-database.js";
import { checkHealth } from "./check-health.js";
import { checkRuntime } from "./check-runtime.js";
import { checkGroup, checkTopics } from "./check-topics.js";
import { countByStatus, type Finding, fail, renderFindings, skipped } from "./findings.js";

export async function runDoctor(
  { options }: CommandInput<typeof DOCTOR_OPTIONS>,
  { out, env }: CliContext,
): Promise<number> {
  const settings = resolveSettings(options, env, { onNotice: out.progress });
  const groups = await Promise.all([
    checkRuntime(process.cwd()),
    examineKafka(settings),
    examineHealth(settings),
    examineDatabase(settings),
  ]);
  const findings = groups.flat();
  const counts = countByStatus(findings);
  if (options.json) out.json({ healthy: counts.fail === 0, counts, findings });
  else for (const line of renderFindings(findings, out)) out.result(line);
  return counts.fail === 0 ? EXIT_OK : EXIT_FAILURE;
}

async function examineKafka({ kafka, topics, groupId }: CliSettings): Promise<Finding[]> {
  const { findings, admin } = await checkBrokers(kafka);
  if (!admin) {
    const reason = "Kafka cannot be asked";
    return [
      ...findings,
      skipped("kafka", "topics", reason),
      skipped("consumer", "group", reason),
      skipped("consumer", "lag", reason),
      skipped("clock", "records", reason),
    ];
  }
  try {
    const existing = [...(await admin.topics(Object.values(topics))).keys()];
    return [
      ...findings,
      ...(await checkTopics(admin, topics)),
      ...(await checkGroup(admin, groupId, topics)),
      await checkRecordClock(admin, existing, new Date()),
    ];
  } catch (error) {
    const refusal = fail(
      "kafka",
      "administration",
      `Kafka responds, but not to this: ${describeError(error).message}`,
      "look into the broker's log, and at the rights of this user",
    );
    return [...findings, refusal];
  } finally {
    await admin.close();
  }
}

async function examineHealth({ http }: CliSettings): Promise<Finding[]> {
  return [await checkHealth(`http://127.0.0.1:${http.port}/health`)];
}

async function examineDatabase({ postgres }: CliSettings): Promise<Finding[]> {
  const pool = createPool({ ...postgres, maxConnections: 1 });
  try {
    return await checkDatabase(pool, postgres.target);
  } finally {
    await pool.end();
  }
}
