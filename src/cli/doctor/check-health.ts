import { isPlainObject } from "../../event/json.js";
import { describeError } from "../../internal/describe-error.js";
import { type Finding, fail, ok, warn } from "./findings.js";

const TIMEOUT_MILLIS = 3_000;

/** Looks what the consumer says of itself. It may well run on another machine, so silence alone is no failure. */
export async function checkHealth(url: string): Promise<Finding> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
  } catch (error) {
    return warn(
      "consumer",
      "health",
      `${url} does not respond: ${reasonOf(error)}`,
      "if the consumer runs here, set HEALTH_CHECK_PORT as it has it; elsewhere, ask it there",
    );
  }
  const said = await readWords(response);
  return response.ok
    ? ok("consumer", "health", `${url} says ${said}`)
    : fail(
        "consumer",
        "health",
        `${url} returns ${response.status}: ${said}`,
        "read the consumer's log; /metrics has its last error",
      );
}

async function readWords(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (isPlainObject(body)) {
      return Object.entries(body)
        .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
        .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
        .join(", ");
    }
  } catch {
    // Whoever listens there speaks no JSON; what it said is shown as it is.
  }
  return text.slice(0, 200);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== "" ? cause.message : describeError(error).message;
}
