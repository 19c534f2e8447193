import { bigintText } from "./bigint-text.js";

/** What a thrown value says about itself. */
export interface ErrorDescription {
  /** `error.type` of the OpenTelemetry conventions: the class, or a code where the class is plain `Error`. */
  readonly type: string;
  readonly message: string;
}

/**
 * Describes whatever was thrown. Never throws itself: a thrown value can be anything, also a Proxy or an object
 * whose getters throw.
 */
export function describeError(thrown: unknown): ErrorDescription {
  try {
    if (typeof thrown === "bigint") return { type: "bigint", message: bigintText(thrown) };
    if (typeof thrown !== "object" || thrown === null)
      return { type: typeof thrown, message: String(thrown) };
    const { name, code, message } = thrown as Readonly<Record<"name" | "code" | "message", unknown>>;
    return { type: typeOf(thrown, name, code), message: isText(message) ? message : messagesOfParts(thrown) };
  } catch {
    return { type: "unknown", message: "what was thrown cannot be read" };
  }
}

// From the most specific to the least: `name` is "Error" on most errors, and the class of a plain object says nothing.
function typeOf(thrown: object, name: unknown, code: unknown): string {
  const className: unknown = thrown.constructor?.name;
  const telling = [name, className].find((text) => isText(text) && text !== "Error" && text !== "Object");
  return [telling, code, name, className].find(isText) ?? "Error";
}

const MAX_PARTS = 10;

// Node gives no message to the error for a name with several addresses, but to each of its parts.
function messagesOfParts(thrown: object): string {
  const parts: unknown = Reflect.get(thrown, "errors");
  if (!Array.isArray(parts)) return "";
  const messages = parts
    .slice(0, MAX_PARTS)
    .map((part: { readonly message?: unknown } | null) => part?.message);
  return messages.filter(isText).join("; ");
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
