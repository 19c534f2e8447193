/**
 * Says that this producer is alive, for as long as something that it published as running is open: what is open of a process that
 * says nothing any more is abandoned. A heartbeat goes straight to Kafka: in a queue or on the disk it would become a false sign of life. It
 * has no part in what happens to events: one that does not arrive is counted, and told once.
 */
import { hostname } from "node:os";
import type { JsonObject, ProducerHeartbeat } from "../../src/event/index.js";
import { SCHEMA_VERSION } from "../../src/event/index.js";
import { PACKAGE_VERSION } from "../../src/internal/package-version.js";
import { settlesWithin } from "../../src/internal/settles-within.js";
import { heartbeatRecord } from "./heartbeat-record.js";
import { runDetached } from "./run-detached.js";
import type { ActionRecord } from "./serialize.js";
import { checkedResult, type Transport } from "./transport.js";

/** How the producer stands. */
export interface ProducerNumbers {
  readonly lastSequence: number;
  readonly unacknowledged: number;
  readonly givenUp: number;
  readonly counters: JsonObject;
}

export interface HeartbeatOptions {
  readonly epoch: string;
  readonly sender: string | undefined;
  readonly intervalMillis: number;
  readonly transport: Transport;
  readonly numbers: () => ProducerNumbers;
  readonly warn: (message: string) => void;
}

/** What the resource says of the program. */
export interface ProducerService {
  readonly service_name?: string | undefined;
  readonly service_version?: string | undefined;
}

/** They are no events, and are counted nowhere else. */
export interface HeartbeatStats {
  readonly acked: number;
  readonly failed: number;
}

export class Heartbeats {
  readonly #options: HeartbeatOptions;
  readonly #startedAt = new Date().toISOString();
  #service: ProducerService = {};
  #open = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The last send, and whether it is under way. */
  #sending: Promise<void> | undefined;
  #isSending = false;
  #hasBegun = false;
  #saidEnded = false;
  #isStopped = false;
  #acked = 0;
  #failed = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  get stats(): HeartbeatStats {
    return Object.freeze({ acked: this.#acked, failed: this.#failed });
  }

  /** Whether something is open of which nobody was told yet that it will have no end. */
  get owesEnd(): boolean {
    return this.#open > 0 && !this.#saidEnded;
  }

  /**
   * Whether the first one has been sent, or could not be. Before that nothing may be published as running: should the process be killed,
   * nobody would find out. Sends it where that was not done.
   */
  ready(service: ProducerService): boolean {
    if (this.#sending === undefined) {
      this.#service = service;
      this.#start();
    }
    return this.#hasBegun;
  }

  /** How many actions and runs are open that were published as running. */
  set open(count: number) {
    this.#open = count;
    if (count > 0 && this.#timer === undefined) this.#start();
    if (count > 0) this.#saidEnded = false;
  }

  /** Says that nothing more will come, after the last record. Resolves when it is said, or after the time. Never rejects. */
  async end(timeoutMillis: number): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#sending === undefined || this.#saidEnded) return;
    this.#saidEnded = true;
    let isLate = false;
    const said = this.#sending.then(() => (isLate ? undefined : this.#send("ended")));
    await settlesWithin(said, timeoutMillis);
    isLate = true;
  }

  /**
   * Says that nothing more will come of this process, for whoever sends what is left of it in the spool: by then it is true. Unlike a sign of
   * life, it may wait.
   */
  endRecord(): ActionRecord {
    return heartbeatRecord(this.#heartbeat("ended"));
  }

  /** Nothing is sent from now on, but for the end. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    if (this.#isStopped) return;
    clearInterval(this.#timer);
    runDetached(() => {
      this.#timer = setInterval(() => this.#onTimer(), this.#options.intervalMillis).unref();
      this.#onTimer();
    });
  }

  // One more is sent when nothing is open any more; then there is nothing to say until something is.
  #onTimer(): void {
    if (this.#hasBegun && this.#open === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (!this.#isSending) this.#sending = this.#send("alive");
  }

  async #send(status: "alive" | "ended"): Promise<void> {
    this.#isSending = true;
    const records = [heartbeatRecord(this.#heartbeat(status))];
    try {
      const result = checkedResult(await this.#options.transport.send(records), records);
      if (result.status === "sent") this.#acked++;
      else this.#fail(result.error.message);
    } catch (error) {
      this.#fail(String(error));
    } finally {
      this.#isSending = false;
      this.#hasBegun = true;
    }
  }

  #fail(why: string): void {
    if (this.#failed++ > 0) return;
    this.#options.warn(
      `A heartbeat could not be sent: ${why} Running actions do not become abandoned as long as none arrives. This is logged once.`,
    );
  }

  #heartbeat(status: "alive" | "ended"): ProducerHeartbeat {
    const { epoch, sender, intervalMillis, numbers } = this.#options;
    const { lastSequence, unacknowledged, givenUp, counters } = numbers();
    const { service_name, service_version } = this.#service;
    return {
      producer_epoch: epoch,
      status,
      open_actions: this.#open,
      last_sequence: lastSequence,
      unacknowledged,
      given_up: givenUp,
      interval_ms: intervalMillis,
      sent_at: new Date().toISOString(),
      started_at: this.#startedAt,
      host_name: hostname(),
      process_pid: process.pid,
      producer: `otel-agent-actions@${PACKAGE_VERSION}`,
      schema_version: SCHEMA_VERSION,
      counters,
      ...(sender !== undefined && { sender }),
      ...(service_name !== undefined && { service_name }),
      ...(service_version !== undefined && { service_version }),
    };
  }
}
