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
    return { type: typeOf(thrown, name, code), message: isText(message) ? message : causesOf(thrown) };
  } catch {
    return { type: "unknown", message: "what was thrown cannot be read" };
  }
}

// From the most telling to the least: `name` is "Error" on most errors, and the class of a plain object tells nothing.
function typeOf(thrown: object, name: unknown, code: unknown): string {
  const className: unknown = thrown.constructor?.name;
  const telling = [name, className].find((text) => isText(text) && text !== "Error" && text !== "Object");
  return [telling, code, name, className].find(isText) ?? "Error";
}

// Node gives no message to the error for an address with several numbers, but to each of its parts.
function causesOf(thrown: object): string {
  const parts: unknown = Reflect.get(thrown, "errors");
  return Array.isArray(parts)
    ? parts
        .map((part) => describeError(part).message)
        .filter(isText)
        .join("; ")
    : "";
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
