import type { KafkaSettings } from "../../config/kafka-settings.js";
import { defaultSpoolDirectory } from "../../config/spool-directory.js";
import { SpoolFolder } from "../../spool/spool-folder.js";
import type { SPOOL_OPTIONS } from "../commands/spool.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { UsageError } from "../framework/exit-codes.js";
import { resolveSettings } from "../settings.js";
import { runDrop } from "./drop.js";
import { runInspect } from "./inspect.js";
import { runReplay } from "./replay.js";
import { runStatus } from "./status.js";

/** What each of the four is given. */
export interface SpoolWork extends CliContext {
  readonly folder: SpoolFolder;
  readonly kafka: KafkaSettings;
  readonly options: CommandInput<typeof SPOOL_OPTIONS>["options"];
}

const ACTIONS: Readonly<Record<string, (work: SpoolWork) => Promise<number>>> = {
  status: runStatus,
  inspect: runInspect,
  replay: runReplay,
  drop: runDrop,
};

export async function runSpool(
  { options, positionals }: CommandInput<typeof SPOOL_OPTIONS>,
  context: CliContext,
): Promise<number> {
  const [name = ""] = positionals;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined)
    throw new UsageError(`"${name}" is none of ${Object.keys(ACTIONS).join(", ")}.`, "spool");
  const { env, out } = context;
  const { kafka } = resolveSettings(options, env, { onNotice: out.progress });
  const directory =
    options.directory ??
    (env.AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY?.trim() || defaultSpoolDirectory(env, kafka.brokers));
  if (directory === undefined)
    throw new UsageError("There is no home folder to look in: name a folder with --directory.", "spool");
  const folder = new SpoolFolder(directory);
  return action({ ...context, folder, kafka, options });
}
