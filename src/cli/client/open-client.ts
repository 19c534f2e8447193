import { type ApiConnection, connectInProcess } from "../../api/in-process.js";
import type { Secret } from "../../config/secret.js";
import type { CliContext } from "../framework/command.js";
import { resolveSettings } from "../settings.js";
import { ApiClient } from "./client.js";
import { connectOverHttp } from "./over-http.js";

/** Where to ask, as options say it. */
export interface ClientFlags {
  readonly url?: URL | undefined;
  readonly "database-url"?: string | Secret | undefined;
}

/** Lets `work` ask the service at `--url`, or the database. Throws `ConfigError` before anything is connected to. */
export function withClient<Result>(
  flags: ClientFlags,
  context: CliContext,
  work: (client: ApiClient) => Promise<Result>,
): Promise<Result> {
  return withConnection(flags, context, (connection) => work(new ApiClient(connection)));
}

/** As {@link withClient}, with the responses as they are. */
export async function withConnection<Result>(
  flags: ClientFlags,
  { out, env }: CliContext,
  work: (connection: ApiConnection) => Promise<Result>,
): Promise<Result> {
  const connection =
    flags.url === undefined
      ? connectInProcess(resolveSettings(flags, env, { onNotice: out.progress }).postgres, env)
      : connectOverHttp(flags.url, env.AGENT_ACTIONS_API_TOKEN || undefined);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
