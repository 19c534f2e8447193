/** Gives checkpoints to where whoever changes the database has no hand: a file, a topic. */
import { open } from "node:fs/promises";
import type { EvidenceSettings } from "../config/evidence-settings.js";

/** Sends to a topic of Kafka. Rejects where Kafka does not take it. */
export type Produce = (
  topic: string,
  messages: readonly { readonly key: string; readonly value: string }[],
) => Promise<void>;

export interface WitnessOptions {
  readonly settings: Pick<EvidenceSettings, "witnessFile" | "witnessTopic">;
  readonly produce: Produce;
  /** Rejects where the file has checkpoints that the log does not go on from. */
  readonly check: (file: string) => Promise<void>;
  /** @param failures in a row, of this witness */
  readonly onFailure: (witness: string, error: unknown, failures: number) => void;
}

/** Witnesses get every checkpoint that was signed while they took the one before; of what is missed the next one tells. */
export class Witnesses {
  readonly #options: WitnessOptions;
  readonly #failures = new Map<string, number>();
  #handedOver = 0;
  #isChecked = false;

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /** How many checkpoints were handed over, to each witness. */
  get handedOver(): number {
    return this.#handedOver;
  }

  /** Another log was begun: the file is checked again before anything is added to it. */
  checkAgain(): void {
    this.#isChecked = false;
  }

  /** Never rejects. Returns whether every witness has it. */
  async give(origin: string, checkpoint: string): Promise<boolean> {
    const { witnessFile: file, witnessTopic: topic } = this.#options.settings;
    const given = await Promise.all([
      file === undefined || this.#try(file, () => this.#append(file, checkpoint)),
      topic === undefined ||
        this.#try(topic, () => this.#options.produce(topic, [{ key: origin, value: checkpoint }])),
    ]);
    return given.every(Boolean);
  }

  async #append(file: string, checkpoint: string): Promise<void> {
    if (!this.#isChecked) await this.#options.check(file);
    this.#isChecked = true;
    await appendCheckpoint(file, checkpoint);
  }

  async #try(witness: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#handedOver += 1;
      this.#failures.delete(witness);
      return true;
    } catch (error) {
      const failures = (this.#failures.get(witness) ?? 0) + 1;
      this.#failures.set(witness, failures);
      this.#options.onFailure(witness, error, failures);
      return false;
    }
  }
}

/** On disk before it counts as given. Notes are divided by an empty line; each has one within, before its signature. */
async function appendCheckpoint(file: string, checkpoint: string): Promise<void> {
  const handle = await open(file, "a", 0o644);
  try {
    await handle.appendFile(`${checkpoint}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** The notes of a witness's file, or of one with a single note. One that was cut off while it was written is left out. */
export function readCheckpoints(text: string): string[] {
  const parts = text.split("\n\n");
  const notes: string[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [body = "", signature = ""] = [parts[at], parts[at + 1]];
    if (signature.trim() !== "")
      notes.push(`${body.replace(/^\n+/, "")}\n\n${signature.replace(/\n+$/, "")}\n`);
  }
  return notes;
}
