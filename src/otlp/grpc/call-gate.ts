/**
 * What a call has to pass before it is worked on: its token, before anything of its body is read; then the bounds on how many calls send, how
 * long that may take, how many bytes of all of them are held, and how many are worked on at a time.
 */
import type { Metadata, ServerInterceptor } from "@grpc/grpc-js";
import type { Access, Caller } from "../../access/authorize.js";
import { AccessRefusal } from "../../access/refusal.js";
import type { OtlpSettings } from "../../config/otlp-settings.js";
import { authorizeExport } from "../authorize-export.js";
import type { OtlpStats } from "../otlp-stats.js";
import type { IntakeRefusal } from "../signal-intake.js";
import { accessStatus, refusalStatus } from "./grpc-status.js";
import type { Grpc } from "./load-grpc.js";

export interface CallGateOptions {
  readonly grpc: Grpc;
  readonly settings: Pick<OtlpSettings, "maxRequests" | "maxBodyBytes" | "bodyTimeoutMillis">;
  readonly access: Access;
  readonly stats: OtlpStats;
}

/** Of calls that are worked on, so many more may be sending meanwhile: who sends slowly keeps nobody else out. */
const SENDING_PER_WORKED_ON = 4;

const BUSY: IntakeRefusal = {
  taken: false,
  reason: "busy",
  message: "more comes than Kafka takes: send it again later",
  retrySeconds: 1,
};
const LATE: IntakeRefusal = {
  taken: false,
  reason: "timeout",
  message: "the request did not arrive in time",
  retrySeconds: 1,
};

export class CallGate {
  readonly #options: CallGateOptions;
  readonly #callers = new WeakMap<Metadata, Caller>();
  #sending = 0;
  #workedOn = 0;
  #heldBytes = 0;

  constructor(options: CallGateOptions) {
    this.#options = options;
  }

  /** Who sent the call that has this metadata. */
  callerOf(metadata: Metadata): Caller | undefined {
    return this.#callers.get(metadata);
  }

  readonly interceptor: ServerInterceptor = (_method, call) => {
    const { grpc, settings, access, stats } = this.#options;
    const { maxRequests, maxBodyBytes, bodyTimeoutMillis } = settings;
    let [sending, workedOn, held] = [0, 0, 0];
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const received = (): void => {
      clearTimeout(timer);
      this.#sending -= sending;
      sending = 0;
    };
    const release = (): void => {
      isOver = true;
      received();
      this.#workedOn -= workedOn;
      this.#heldBytes -= held;
      [workedOn, held] = [0, 0];
    };
    const refuse = (refusal: IntakeRefusal): void => {
      if (isOver) return;
      stats.rejected(refusal.reason);
      release();
      call.sendStatus(refusalStatus(grpc, refusal));
    };
    const admit = async (metadata: Metadata, next: (metadata: Metadata) => void): Promise<void> => {
      stats.requested();
      if (this.#sending >= maxRequests * SENDING_PER_WORKED_ON) return refuse(BUSY);
      sending = 1;
      this.#sending++;
      timer = setTimeout(refuse, bodyTimeoutMillis, LATE);
      timer.unref();
      const caller = await authorizeExport(access, headersOf(metadata));
      if (isOver) return;
      if (caller instanceof AccessRefusal) {
        stats.rejected("unauthorized");
        release();
        return call.sendStatus(accessStatus(caller));
      }
      this.#callers.set(metadata, caller);
      next(metadata);
    };
    return new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            admit(metadata, pass).catch(() => refuse({ ...BUSY, reason: "unavailable" }));
          },
          onReceiveMessage: (message: Buffer, pass) => {
            if (isOver) return;
            received();
            // Of a second message, which the server refuses, all has to be given back too.
            held += message.length;
            this.#heldBytes += message.length;
            const isBusy = workedOn === 0 && this.#workedOn >= maxRequests;
            if (isBusy || this.#heldBytes > maxRequests * maxBodyBytes) return refuse(BUSY);
            this.#workedOn += 1 - workedOn;
            workedOn = 1;
            pass(message);
          },
          onCancel: release,
        }),
      sendStatus(status, next) {
        release();
        next(status);
      },
    });
  };
}

/** What a token is looked for in. */
function headersOf(metadata: Metadata): Headers {
  const headers = new Headers();
  const [authorization] = metadata.get("authorization");
  if (typeof authorization === "string") headers.set("authorization", authorization);
  return headers;
}
