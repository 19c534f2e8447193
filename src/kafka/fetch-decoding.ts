/**
 * Has the responses to a kafkajs client's Fetch requests read by `fetched-records.ts`. Which broker, which partitions, the connection and errors stay
 * with kafkajs; what is not as expected here it reads itself.
 */
import { isObject, onRequest } from "./cluster-hook.js";
import { installCodecs } from "./codecs/install-codecs.js";
import { type FetchedRecord, NotDecoded, recordsOf } from "./fetched-records.js";

/** `Fetch` in Kafka's protocol, https://kafka.apache.org/protocol#The_Messages_Fetch */
const FETCH = 1;
/** The last that kafkajs knows; every broker since 2.3 does. */
const VERSION = 11;

type Decode = (payload: Buffer) => Promise<unknown>;

/**
 * Before anybody else who changes how a response is read: what kafkajs reads with is replaced.
 *
 * @param kafka a client that reads records only to hand them on: they are no plain objects
 */
export function decodeFetches(kafka: object): void {
  installCodecs();
  onRequest(kafka, FETCH, (create) => (options) => {
    const made = create(options);
    if (!isObject(made) || !isObject(made.request) || made.request.apiVersion !== VERSION) return made;
    const { response } = made;
    if (!isObject(response) || typeof response.decode !== "function") return made;
    return { ...made, response: { ...response, decode: withFallback(response.decode as Decode) } };
  });
}

const withFallback =
  (decode: Decode): Decode =>
  async (payload) => {
    try {
      return await new ResponseReader(payload).response();
    } catch (error) {
      // A RangeError is of a Buffer that is shorter than it says.
      if (error instanceof NotDecoded || error instanceof RangeError) return decode(payload);
      throw error;
    }
  };

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  /** Digits, as are the others. */
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedRecord[];
}

class ResponseReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** What kafkajs makes of the response, by the same names. */
  async response(): Promise<object> {
    const clientSideThrottleTime = this.#int32();
    const errorCode = this.#int16();
    const sessionId = this.#int32();
    const responses: object[] = [];
    for (let topics = this.#count(); topics > 0; topics--) {
      const topicName = this.#text();
      const partitions: FetchedPartition[] = [];
      for (let left = this.#count(); left > 0; left--) partitions.push(await this.#partition());
      responses.push({ topicName, partitions });
    }
    return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
  }

  async #partition(): Promise<FetchedPartition> {
    const partition = this.#int32();
    const errorCode = this.#int16();
    const highWatermark = this.#int64();
    const lastStableOffset = this.#int64();
    const lastStartOffset = this.#int64();
    const abortedTransactions = [];
    for (let left = this.#count(); left > 0; left--)
      abortedTransactions.push({ producerId: this.#int64(), firstOffset: this.#int64() });
    const preferredReadReplica = this.#int32();
    const messages = await recordsOf(this.#part());
    return {
      partition,
      errorCode,
      highWatermark,
      lastStableOffset,
      lastStartOffset,
      abortedTransactions,
      preferredReadReplica,
      messages,
    };
  }

  /** Of a list; -1 stands for none. */
  #count(): number {
    const count = this.#int32();
    if (count < -1) throw new NotDecoded("a list has a length below -1");
    return count;
  }

  #part(): Buffer {
    const length = Math.max(this.#int32(), 0);
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new NotDecoded("a part is longer than the response");
    return this.#bytes.subarray(start, this.#at);
  }

  #text(): string {
    const length = this.#int16();
    const start = this.#at;
    this.#at += Math.max(length, 0);
    return this.#bytes.toString("utf8", start, this.#at);
  }

  #int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  #int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  #int64(): string {
    this.#at += 8;
    return this.#bytes.readBigInt64BE(this.#at - 8).toString();
  }
}
