import { describeError } from "../../internal/describe-error.js";
import { createPool } from "../../store/pool.js";
import { recentActions } from "../../store/queries/recent-actions.js";
import { actionTree, renderTree } from "../actions/action-tree.js";
import { MARK_LEGEND } from "../actions/shown-action.js";
import { formatCount, formatDuration } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";
import type { Output } from "../framework/output.js";
import { caughtUp } from "./caught-up.js";
import { codingAgentStart } from "./coding-agent.js";
import { showLiveRows } from "./live-rows.js";
import { type RunningStack, stayUp } from "./running-stack.js";
import { spoolRead } from "./spool-instead.js";
import { runSupervised } from "./supervised-program.js";

/** How long the actions of the program may take to be stored once it has ended. */
const CATCH_UP_MILLIS = 15_000;

/**
 * Runs a program against the stack and returns its exit code. When a part of the stack ended meanwhile, that is a failure
 * even of a program that saw nothing of it.
 */
export async function runProgram(
  stack: RunningStack,
  [command = "", ...args]: readonly string[],
  interruption: Interruption,
  { out, env }: CliContext,
  isToStay = false,
): Promise<number> {
  const began = new Date();
  let crashed = false;
  void stack.crashed.then((error) => {
    crashed = true;
    out.progress(out.progressStyle.bad(error.message));
  });
  const agent = stack.service && codingAgentStart(command, args, stack.service.url, env);
  const over = new AbortController();
  const live =
    agent?.isPlain && stack.postgres ? showLiveRows(stack.postgres.settings, out, over.signal) : undefined;
  const exitCode = await runSupervised({
    command,
    args: agent?.args ?? args,
    env: { ...env, ...stack.env, ...agent?.env },
    interruption,
    onFailure: (message) => out.progress(out.progressStyle.bad(message)),
  }).finally(() => over.abort());
  await live;
  if (crashed) return exitCode === EXIT_OK ? EXIT_FAILURE : exitCode;
  await waitUntilStored(stack, interruption.signal, out.progress);
  if (interruption.signal.aborted) return exitCode;
  await showRecorded(stack, began, out, isToStay);
  if (!isToStay) return exitCode;
  const ended = await stayUp(stack, interruption, out);
  return exitCode === EXIT_OK ? ended : exitCode;
}

/** The program's exit code stands whatever comes of this; what is not stored is said. */
async function waitUntilStored(
  { kafka, spool, service, topics, groupId }: RunningStack,
  signal: AbortSignal,
  progress: (text: string) => void,
): Promise<void> {
  if (!service || signal.aborted) return;
  const deadlineMillis = CATCH_UP_MILLIS;
  const tell = (waiting: number, what: string): void => {
    if (waiting > 0)
      progress(`Not stored within ${formatDuration(deadlineMillis)}: ${formatCount(waiting, what)}.`);
  };
  try {
    if (spool !== undefined) tell(await spoolRead(spool, deadlineMillis, signal), "file");
    else if (kafka !== undefined)
      tell(await caughtUp({ kafka: kafka.settings, topics, groupId, deadlineMillis, signal }), "event");
  } catch (error) {
    progress(`Whether everything is stored is not known: ${describeError(error).message}`);
  }
}

const MOST_ACTIONS = 50;
const MOST_LINKS = 5;

/**
 * What a program has left in `agent_actions`, as a tree and as links to the dashboard, before the stack and its rows are gone. On standard error, because standard output
 * is the program's. A Postgres that the environment names keeps its rows, and may hold those of others: it is not shown.
 */
export async function showRecorded(
  { postgres, service }: RunningStack,
  since: Date,
  out: Output,
  isToStay = false,
): Promise<void> {
  if (postgres === undefined || postgres.external || service === undefined) return;
  const pool = createPool(postgres.settings);
  try {
    const actions = await recentActions(pool, { since, limit: MOST_ACTIONS });
    const { dim } = out.progressStyle;
    if (actions.length === 0) {
      out.progress(dim("The program recorded no action."));
      return;
    }
    const last = actions.length === MOST_ACTIONS ? `the last ${MOST_ACTIONS} ` : "";
    out.progress(`\nWhat the program recorded, ${last}rows of agent_actions:\n`);
    const canvas = { columns: out.columns, style: out.progressStyle };
    for (const line of renderTree(actionTree(actions), canvas)) out.progress(line);
    out.progress(`\n${dim(MARK_LEGEND)}`);
    const runs = [...new Set(actions.map(({ correlation_id }) => correlation_id))];
    const links = runs.slice(-MOST_LINKS).map((run) => `${service.url}/runs/${run}`);
    out.progress(`\n${runs.length === 1 ? "The run" : "The runs"} in the dashboard: ${links.join("\n  ")}`);
    out.progress(
      dim(
        isToStay
          ? "Ctrl-C ends everything."
          : "Everything ends now: dev --stay keeps it up to look at the run.",
      ),
    );
  } catch (error) {
    out.progress(`What was recorded cannot be shown: ${describeError(error).message}`);
  } finally {
    await pool.end();
  }
}
