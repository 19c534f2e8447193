import { hash } from "node:crypto";
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { describeError } from "../../internal/describe-error.js";
import type { SETUP_OPTIONS } from "../commands/setup.js";
import { shellQuoted } from "../dev/address-table.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { CommandError, EXIT_FAILURE, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import {
  AGENT_SETUPS,
  type AgentSetup,
  type SetupAgent,
  type SetupContext,
  type SetupFeature,
  type SetupFile,
} from "./agent-setups.js";
import { type Addition, type ConfigLanguage, ConfigTextError, type Edited } from "./config-edit.js";
import { diffLines } from "./diff-lines.js";
import { type FileRecord, readRecord, type SetupRecord, writeRecord } from "./setup-record.js";

type SetupInput = CommandInput<typeof SETUP_OPTIONS>;

const DEFAULT_URL = new URL("http://127.0.0.1:8080");

export async function runSetup({ options, positionals }: SetupInput, context: CliContext): Promise<number> {
  const { out, env } = context;
  const [name] = positionals;
  if (name === undefined || !Object.hasOwn(AGENT_SETUPS, name))
    throw new UsageError(
      `${name === undefined ? "AGENT is missing" : `"${name}" is no agent`}: it is one of ${Object.keys(AGENT_SETUPS).join(", ")}.`,
      "setup",
    );
  const setup: AgentSetup = AGENT_SETUPS[name as SetupAgent];
  const features: SetupFeature[] = [
    ...(options["no-telemetry"] ? [] : (["telemetry"] as const)),
    ...(options["no-hooks"] ? [] : (["hooks"] as const)),
    ...(options.mcp ? (["mcp"] as const) : []),
  ];
  const files = setup.files(contextOf(options, env));
  if (!options.remove && !files.some(({ additions }) => features.some((feature) => feature in additions)))
    throw new UsageError(
      `Nothing of ${name} is set up by these options. There is: ${[...new Set(files.flatMap(({ additions }) => Object.keys(additions)))].join(", ")}.`,
      "setup",
    );
  const record = await readRecord(env);
  const changes: Change[] = [];
  for (const file of files) changes.push(await changeOf(file, record, options.remove ? [] : features));
  for (const change of changes) show(change, out);
  if (!options.remove) for (const note of setup.notes) out.progress(out.progressStyle.dim(note));
  const needed = changes.filter(({ before, after }) => before !== after);
  if (needed.length === 0) {
    out.result(options.remove ? "There is nothing of ours to take back." : `${name} is set up already.`);
    return EXIT_OK;
  }
  if (options["dry-run"]) return EXIT_OK;
  if (!options.yes && !(await isWanted())) {
    out.progress(out.progressStyle.warn("Nothing was written."));
    return EXIT_FAILURE;
  }
  await writeAll(needed, record, env);
  out.result(`${name}: ${needed.map((change) => deedOf(change, options.remove)).join(", ")}.`);
  return EXIT_OK;
}

function deedOf({ path, after }: Change, isRemoval: boolean | undefined): string {
  if (after === undefined) return `${path} removed`;
  return isRemoval ? `what was ours taken out of ${path}` : `${path} written`;
}

function contextOf(options: SetupInput["options"], env: NodeJS.ProcessEnv): SetupContext {
  const program = fileURLToPath(new URL("../main.js", import.meta.url));
  return {
    url: options.url ?? DEFAULT_URL,
    content: !options["no-content"],
    env,
    folder: process.cwd(),
    // Whatever PATH an agent is started with.
    command: (...args) => [process.execPath, program, ...args].map(shellQuoted).join(" "),
    program: [process.execPath, program],
  };
}

interface Change {
  readonly path: string;
  /** Contents; `undefined` for a file that is not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly added: readonly Addition[];
  /** What is there with another value, and stays. */
  readonly kept: readonly Addition[];
  readonly isNew: boolean;
  /** The file without what is ours. */
  readonly without: string;
}

async function changeOf(
  { path: given, language, additions }: SetupFile,
  { files }: SetupRecord,
  features: readonly SetupFeature[],
): Promise<Change> {
  // A link stays one.
  const path = await realpath(given).catch(() => given);
  const before = await contentsOf(path);
  const own = files[path];
  const isNew = own?.isNew ?? before === undefined;
  const wanted = features.flatMap((feature) => additions[feature] ?? []);
  try {
    const without =
      own === undefined || before === undefined ? untouched(before) : withoutOwn(before, own, language);
    if (wanted.length === 0) {
      const isEmpty = isNew && /^(?:\s|\{|\})*$/.test(without.text);
      const after = isEmpty || before === undefined ? undefined : without.text;
      return { path, before, after, added: [], kept: without.kept, isNew, without: without.text };
    }
    const { text, added, kept } = language.add(without.text, wanted);
    return { path, before, after: text, added, kept, isNew, without: without.text };
  } catch (error) {
    if (!(error instanceof ConfigTextError)) throw error;
    throw new CommandError(`${path} cannot be changed: ${error.message}. Nothing was written.`);
  }
}

const untouched = (text = ""): Edited => ({ text, added: [], kept: [] });

function withoutOwn(text: string, own: FileRecord, language: ConfigLanguage): Edited {
  return sha256(text) === own.sha256 ? untouched(own.before) : language.remove(text, own.added);
}

const sha256 = (text: string): string => hash("sha256", text, "hex");

async function contentsOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new CommandError(`${path} cannot be read: ${describeError(error).message}`);
  }
}

function show({ path, before, after, kept }: Change, out: Output): void {
  const { bold, good, bad, dim, warn } = out.style;
  if (before !== after) {
    out.result(bold(`${path}${before === undefined ? " (new)" : after === undefined ? " (removed)" : ""}`));
    for (const line of diffLines(before ?? "", after ?? "")) {
      if (line === undefined) out.result(dim("  ..."));
      else {
        const text = `${line.sign} ${line.text}`;
        out.result(line.sign === "+" ? good(text) : line.sign === "-" ? bad(text) : dim(text));
      }
    }
  }
  for (const { at, value } of kept)
    out.result(
      warn(`${path}: ${at.join(".")} has another value and stays; ours would be ${JSON.stringify(value)}`),
    );
}

/** Asks only where somebody can answer. */
async function isWanted(): Promise<boolean> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) {
    stderr.write("There is no terminal to ask on: add --yes to write it.\n");
    return false;
  }
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(?:es)?$/i.test((await asking.question("Write this? [y/N] ")).trim());
  } finally {
    asking.close();
  }
}

async function writeAll(
  changes: readonly Change[],
  record: SetupRecord,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const files: Record<string, FileRecord> = { ...record.files };
  for (const { path, after, added, isNew, without } of changes) {
    if (after === undefined) await rm(path);
    else await replaceFile(path, after);
    if (added.length === 0 || after === undefined) delete files[path];
    else files[path] = { added, isNew, before: without, sha256: sha256(after) };
    // After each file: what was written is known, whatever comes of the next one.
    await writeRecord(env, { files });
  }
}

// As a whole, and with the rights that it had.
async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  const unfinished = `${path}.${process.pid}.new`;
  try {
    await writeFile(unfinished, text, { mode });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new CommandError(`${path} cannot be written: ${describeError(error).message}`);
  }
}
