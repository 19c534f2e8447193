import { randomUUID } from "node:crypto";
import type { Context } from "@opentelemetry/api";
import { currentCorrelationId } from "./correlation.js";

/** Where a logger and its children have their correlation id from: given, else of the context, else made up once. */
export class CorrelationSource {
  readonly #given: string | undefined;
  #made: string | undefined;

  constructor(given: string | undefined) {
    this.#given = given;
  }

  in(context: Context): string {
    return this.#given ?? currentCorrelationId(context) ?? this.#madeUp();
  }

  #madeUp(): string {
    this.#made ??= randomUUID();
    return this.#made;
  }
}
