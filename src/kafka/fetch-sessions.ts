/**
 * Incremental fetches (KIP-227), which kafkajs does not make: it names every partition in each fetch, and the broker describes each of them in its
 * response, also those without a record. With a session the broker remembers the partitions: a fetch names those whose offset has changed since the
 * one before, and the response those that have something new. At some hundred records a second that is one or two of dozens.
 *
 * The broker puts a partition that has given records behind the others, so with a backlog partitions have their turns. It never takes records for
 * delivered because it has sent them: it reads from the offset that it was told last. So a response that is lost or cannot be decoded is given again.
 * Where a request ends without a response, or the broker no longer knows the session, the next fetch names all partitions and begins another.
 */
import { type CreateRequest, isObject, onRequest } from "./cluster-hook.js";

/** `Fetch` in Kafka's protocol. */
const FETCH = 1;
/** From the first version with sessions up to the last that kafkajs knows. */
const [FIRST_VERSION, LAST_VERSION] = [7, 11];
/** Without a session. */
const NO_SESSION = { sessionId: 0, sessionEpoch: -1 } as const;
const MAX_EPOCH = 2 ** 31 - 1;

interface FetchOptions {
  readonly topics: readonly FetchTopic[];
}

interface FetchTopic {
  readonly topic: string;
  readonly partitions: readonly FetchPartition[];
}

interface FetchPartition {
  readonly partition: number;
  readonly fetchOffset: string;
  readonly maxBytes: number;
}

/** What a fetch says in a session, beside what all say. */
interface SessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: readonly FetchTopic[];
  readonly forgottenTopics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

/** @param kafka a client whose consumer is to fetch incrementally, from each broker that is able to */
export function fetchBySessions(kafka: object): void {
  const sessions = new WeakMap<object, FetchSession>();
  onRequest(kafka, FETCH, (create, broker) => (options) => {
    const session = sessions.get(broker) ?? new FetchSession();
    sessions.set(broker, session);
    return inSession(create, options, session);
  });
}

function inSession(create: CreateRequest, options: unknown, session: FetchSession): unknown {
  const whole = create(options);
  if (!isFetchOptions(options) || !isProtocol(whole)) return whole;
  const { apiVersion } = whole.request;
  if (typeof apiVersion !== "number" || apiVersion < FIRST_VERSION || apiVersion > LAST_VERSION) return whole;
  const made = create({ ...options, ...session.request(options.topics) });
  if (!isProtocol(made)) return whole;
  const { response } = made;
  const decode = async (payload: unknown): Promise<unknown> => {
    const decoded: unknown = await response.decode(payload);
    return isObject(decoded) && !session.accepts(decoded) ? { ...decoded, responses: [] } : decoded;
  };
  return { ...made, response: { ...response, decode } };
}

interface Protocol {
  readonly request: Record<string, unknown>;
  readonly response: Record<string, unknown> & { readonly decode: (payload: unknown) => Promise<unknown> };
}

const isProtocol = (made: unknown): made is Record<string, unknown> & Protocol =>
  isObject(made) &&
  isObject(made.request) &&
  isObject(made.response) &&
  typeof made.response.decode === "function";

const isFetchOptions = (options: unknown): options is Record<string, unknown> & FetchOptions =>
  isObject(options) && Array.isArray(options.topics);

/** What one broker remembers of the partitions that it is asked for. */
export class FetchSession {
  #id = 0;
  /** 0: the next fetch begins a session, and ends the one of `#id`. */
  #epoch = 0;
  #isWaiting = false;
  /** The broker has refused to begin a session. */
  #isRefused = false;
  #known = new Map<string, Map<number, FetchPartition>>();

  /** How to ask for these partitions. */
  request(topics: readonly FetchTopic[]): SessionRequest {
    // The one before got no response: nobody knows what the broker remembers.
    if (this.#isWaiting) this.#epoch = 0;
    this.#isWaiting = true;
    if (this.#isRefused) return { ...NO_SESSION, topics, forgottenTopics: [] };
    const wanted = byTopic(topics);
    const known = this.#epoch === 0 ? new Map<string, Map<number, FetchPartition>>() : this.#known;
    this.#known = wanted;
    return {
      sessionId: this.#id,
      sessionEpoch: this.#epoch,
      topics: changed(wanted, known),
      forgottenTopics: forgotten(wanted, known),
    };
  }

  /** Whether the response is one to the session; where it is not, it holds no partitions. */
  accepts({ errorCode, sessionId }: { readonly errorCode?: unknown; readonly sessionId?: unknown }): boolean {
    this.#isWaiting = false;
    if (this.#isRefused) return true;
    if (errorCode !== 0) {
      this.#isRefused = this.#epoch === 0;
      this.#epoch = 0;
      return false;
    }
    // A broker without room for another session responds as to a fetch without one.
    this.#id = typeof sessionId === "number" ? sessionId : 0;
    this.#epoch = this.#id === 0 ? 0 : this.#epoch === MAX_EPOCH ? 1 : this.#epoch + 1;
    return true;
  }
}

/** Of a topic that is named in several places, all partitions. */
function byTopic(topics: readonly FetchTopic[]): Map<string, Map<number, FetchPartition>> {
  const all = new Map<string, Map<number, FetchPartition>>();
  for (const { topic, partitions } of topics) {
    const ofTopic = all.get(topic) ?? new Map<number, FetchPartition>();
    all.set(topic, ofTopic);
    for (const one of partitions) ofTopic.set(one.partition, one);
  }
  return all;
}

type Partitions = ReadonlyMap<string, ReadonlyMap<number, FetchPartition>>;

const changed = (wanted: Partitions, known: Partitions): FetchTopic[] =>
  [...wanted].flatMap(([topic, ofTopic]) => {
    const before = known.get(topic);
    const partitions = [...ofTopic.values()].filter((one) => !isSame(one, before?.get(one.partition)));
    return partitions.length === 0 ? [] : [{ topic, partitions }];
  });

const isSame = (one: FetchPartition, other: FetchPartition | undefined): boolean =>
  one.fetchOffset === other?.fetchOffset && one.maxBytes === other.maxBytes;

const forgotten = (wanted: Partitions, known: Partitions): { topic: string; partitions: number[] }[] =>
  [...known].flatMap(([topic, ofTopic]) => {
    const now = wanted.get(topic);
    const partitions = [...ofTopic.keys()].filter((partition) => !now?.has(partition));
    return partitions.length === 0 ? [] : [{ topic, partitions }];
  });
