import { ConfigError } from "../../errors.js";
import { isPlainObject } from "../../event/json.js";
import { CommandError, UnavailableError, UsageError } from "../framework/exit-codes.js";

/** The API has no such run, action or label. */
export class NotFoundError extends CommandError {}

/** What the user reads of a response that is an error (RFC 9457), and how the command ends. */
export function refusal(status: number, body: string, target: string): Error {
  const problem = parsed(body);
  const detail = problem?.detail;
  if (typeof detail !== "string")
    return new CommandError(
      `${target} has responded with the status ${status}, and not as the API of agent-actions does. --url is the address of a running service, such as http://127.0.0.1:8080.`,
    );
  switch (status) {
    case 400:
      return new UsageError(asOptions(detail, problem?.errors));
    case 401:
      return new ConfigError([`AGENT_ACTIONS_API_TOKEN: ${detail}`]);
    case 403:
    case 421:
      return new ConfigError([detail]);
    case 404:
      return new NotFoundError(detail);
    case 504:
      return new CommandError(
        "The query took too long: ask for a shorter time range (--last 1h), or with more filters. AGENT_ACTIONS_API_STATEMENT_TIMEOUT_MS says how long it may take.",
      );
    case 503:
      // What names a setting is not mended by asking again.
      return /\bAGENT_ACTIONS_[A-Z_]+/.test(detail)
        ? new ConfigError([`${target}: ${detail}`])
        : new UnavailableError(`${target}: ${detail}`);
    default:
      return new CommandError(`${target}: ${detail} (status ${status})`);
  }
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parameters of the API by the names of the options that give them. */
function asOptions(detail: string, errors: unknown): string {
  if (!Array.isArray(errors)) return detail;
  const sentences = errors
    .filter(isPlainObject)
    .map(({ parameter, detail: what }) => `--${optionName(String(parameter))} ${String(what)}.`);
  return sentences.join(" ");
}

/** `min_duration` of the API is `--min-duration` of a command. */
export const optionName = (parameter: string): string =>
  parameter === "group_by" ? "by" : parameter.replaceAll("_", "-");
