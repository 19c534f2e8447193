import { TransportError } from "../../src/errors.js";
import { describeError } from "../../src/internal/describe-error.js";
import { settlesWithin } from "../../src/internal/settles-within.js";
import type { ActionRecord } from "./serialize.js";

/** What became of the records of one `send`. An outage is an expected outcome, so it is a value and not an exception. */
export type SendResult =
  /** Every record is acknowledged. */
  | { readonly status: "sent" }
  /**
   * Not known to have arrived: `remaining`, in their order. They may be sent again, and only as they are: a transport may
   * recognise a repetition by the records being the same ones in the same order. All others are acknowledged.
   */
  | {
      readonly status: "retryable";
      readonly error: TransportError;
      readonly remaining: readonly ActionRecord[];
    }
  /** `refused` will never be taken, for their own sake; all others are acknowledged. */
  | { readonly status: "failed"; readonly error: TransportError; readonly refused: readonly ActionRecord[] };

/** How records leave the process. Decorators (a spool on disk) have the same face. */
export interface Transport {
  /**
   * Sends records of one kind. Never rejects. One call per kind at a time: that is what keeps the order of a key.
   * It settles in bounded time, whatever the network does.
   */
  send(records: readonly ActionRecord[]): Promise<SendResult>;
  /** Lets go of connections and timers, at the latest after the deadline. Never rejects. No `send` may follow. */
  close(deadlineMillis: number): Promise<void>;
}

/** Closes a transport, which is a user's own code: it may throw, and it may not keep its deadline. Never rejects. */
export async function closeTransport(
  transport: Transport,
  deadlineMillis: number,
  patienceMillis: number,
  onProblem: (problem: string) => void,
): Promise<void> {
  const close = async () => transport.close(deadlineMillis);
  const closed = close().catch((error: unknown) =>
    onProblem(`The transport failed to close: ${describeError(error).message}`),
  );
  await settlesWithin(closed, patienceMillis);
}

/** Sends, and never rejects: what the transport throws is a failure that may pass. */
export async function sendChecked(
  transport: Transport,
  records: readonly ActionRecord[],
): Promise<SendResult> {
  try {
    return checkedResult(await transport.send(records), records);
  } catch (cause) {
    const error = new TransportError(`The transport failed: ${describeError(cause).message}`, { cause });
    return { status: "retryable", error, remaining: records };
  }
}

/**
 * What a transport returned, as far as it keeps its word. A transport is a user's own code: what is no result counts as a failure that
 * may pass, so that nothing is taken for acknowledged that is not.
 */
export function checkedResult(result: unknown, records: readonly ActionRecord[]): SendResult {
  const given = (name: string): unknown =>
    typeof result === "object" && result !== null ? Reflect.get(result, name) : undefined;
  const status = given("status");
  if (status === "sent") return { status };
  const error = errorOf(given("error"));
  if (status === "failed") {
    const refused = ownRecords(given("refused"), records);
    if (refused !== undefined) return { status, error, refused };
  }
  if (status === "retryable")
    return { status, error, remaining: ownRecords(given("remaining"), records) ?? records };
  return { status: "retryable", error: new TransportError(NO_RESULT), remaining: records };
}

/** Those of the records that were named, in their order; `undefined` when something else was named. */
function ownRecords(named: unknown, records: readonly ActionRecord[]): ActionRecord[] | undefined {
  if (!Array.isArray(named)) return undefined;
  const wanted = new Set<unknown>(named);
  const found = records.filter((record) => wanted.has(record));
  return found.length === wanted.size ? found : undefined;
}

const NO_RESULT =
  'The transport returned no result: send() has to resolve to { status: "sent" }, { status: "retryable", error, remaining } or ' +
  '{ status: "failed", error, refused } with records that it was given.';

function errorOf(given: unknown): TransportError {
  if (given instanceof TransportError) return given;
  const { message } = given === undefined ? { message: "it gave no reason" } : describeError(given);
  return new TransportError(message, { cause: given });
}
