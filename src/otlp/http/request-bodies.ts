import type { OtlpSettings } from "../../config/otlp-settings.js";
import { type BodyReading, decodeBody, receiveBody } from "./read-body.js";

/** Why a body cannot be used. */
export type UnusableBody = Extract<BodyReading, { readonly ok: false }>;

/** The status of each; 503 for what came too late, because senders repeat that and not 408. */
export const BODY_STATUS = {
  too_large: 413,
  malformed: 400,
  unsupported: 415,
  timeout: 503,
  busy: 429,
} as const;

/** Bodies of requests that bring events, of all ways in together: so many are held, and so many are worked on at a time. */
export class RequestBodies {
  readonly #settings: OtlpSettings;
  #underWay = 0;
  /** Of bodies that are received or worked on. */
  #heldBytes = 0;

  constructor(settings: OtlpSettings) {
    this.#settings = settings;
  }

  /** Works on the body of a request, decompressed; returns why not, where it cannot be used. */
  async use<Result>(
    request: Request,
    work: (bytes: Buffer) => Promise<Result>,
  ): Promise<Result | UnusableBody> {
    const { maxRequests, maxBodyBytes, maxDecodedBytes } = this.#settings;
    let held = 0;
    const hold = (bytes: number): boolean => {
      held += bytes;
      this.#heldBytes += bytes;
      return this.#heldBytes <= maxRequests * maxBodyBytes;
    };
    try {
      const received = await receiveBody(request, { ...this.#settings, hold });
      if (!received.ok) return received;
      // Only now: who sends slowly keeps nobody else out.
      if (this.#underWay >= maxRequests)
        return { ok: false, because: "busy", problem: "more comes than Kafka takes: send it again later" };
      this.#underWay++;
      try {
        const body = await decodeBody(request, received.bytes, maxDecodedBytes);
        return body.ok ? await work(body.bytes) : body;
      } finally {
        this.#underWay--;
      }
    } finally {
      this.#heldBytes -= held;
    }
  }
}

/** Whether the body could not be used. */
export const isUnusable = (result: Response | UnusableBody): result is UnusableBody =>
  !(result instanceof Response);
