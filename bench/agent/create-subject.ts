import { agentWork } from "./agent-work.js";
import { kafkajsAlone, kafkajsAwaited } from "./kafkajs-subject.js";
import {
  batchKafka,
  batchNull,
  batchOtlp,
  batchOtlpGrpc,
  batchOtlpJson,
  ownInline,
  ownKafka,
  ownNull,
  ownThread,
  providerAlone,
} from "./sdk-subjects.js";
import type { Subject, Surroundings } from "./subject.js";
import type { Variant } from "./variants.js";

const SUBJECTS: Record<Variant, (surroundings: Surroundings) => Subject | Promise<Subject>> = {
  bare: ({ payloadBytes }) => sendingNothing(agentWork(payloadBytes).actUnrecorded),
  api: ({ payloadBytes }) => sendingNothing(agentWork(payloadBytes).actRecorded),
  sdk: providerAlone,
  "batch-null": batchNull,
  "batch-otlp": batchOtlp,
  "batch-otlp-json": batchOtlpJson,
  "batch-otlp-grpc": batchOtlpGrpc,
  "own-null": ownNull,
  "own-kafka": ownKafka,
  "thread-kafka": ownThread,
  "inline-kafka": ownInline,
  "batch-kafka": batchKafka,
  kafkajs: (surroundings) => kafkajsAlone(surroundings, true),
  "kafkajs-plain": (surroundings) => kafkajsAlone(surroundings, false),
  "kafkajs-awaited": kafkajsAwaited,
};

export async function createSubject(variant: Variant, surroundings: Surroundings): Promise<Subject> {
  return SUBJECTS[variant](surroundings);
}

function sendingNothing(act: () => unknown): Subject {
  return { act, settle: () => Promise.resolve(), arrived: () => undefined, close: () => Promise.resolve() };
}
