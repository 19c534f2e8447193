import type { ApiAsk } from "./api.js";
import type { Parameters } from "./arguments.js";
import type { SqlReader } from "./sql-reader.js";

/** What tools work with, of one message. */
export interface ToolContext {
  /** The API, as whoever sent the message may ask it. */
  readonly ask: ApiAsk;
  /** `undefined`: nobody has said by which role SQL is read, or the sender may not see everything. */
  readonly sql: SqlReader | undefined;
  /** Longest answer, in characters. */
  readonly maxCharacters: number;
}

/** One tool, which changes nothing. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  /** For the model: what it returns and when to use it. */
  readonly description: string;
  readonly parameters: Parameters;
  /** Resolves to the answer. Rejects with `ToolRefusal` where the model can ask otherwise. */
  call(given: Readonly<Record<string, unknown>>, context: ToolContext): Promise<string>;
}
