/** Something that does an action and records it in one way or another. */
export interface Subject {
  act(): unknown;
  /** Resolves when everything that was recorded has arrived. */
  settle(): Promise<void>;
  /** How many are known to have arrived; `undefined` for a subject that sends nothing anywhere. */
  arrived(): number | undefined;
  close(): Promise<void>;
}

/** Where a subject may send. */
export interface Surroundings {
  readonly bootstrapServers: string;
  readonly topic: string;
  readonly otlpUrl: string;
  readonly otlpGrpcUrl: string;
  /** Of the text that each action's tool gives. */
  readonly payloadBytes: number;
}
