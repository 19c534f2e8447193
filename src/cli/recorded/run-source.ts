import type { ApiClient } from "../client/client.js";
import { type ClientFlags, withClient } from "../client/open-client.js";
import type { CliContext } from "../framework/command.js";

/**
 * Lets `work` read runs. Settings of the database or the service are looked at only when the first run is asked for that is in no file, so that
 * files need neither.
 */
export async function withRunSource<Result>(
  flags: ClientFlags,
  context: CliContext,
  work: (client: () => Promise<ApiClient>) => Promise<Result>,
): Promise<Result> {
  let opened: Promise<ApiClient> | undefined;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let session: Promise<void> | undefined;
  const client = (): Promise<ApiClient> => {
    opened ??= new Promise((resolve, reject) => {
      session = withClient(flags, context, async (found) => {
        resolve(found);
        await finished;
      });
      session.catch(reject);
    });
    return opened;
  };
  try {
    return await work(client);
  } finally {
    finish();
    await session?.catch(() => undefined);
  }
}
