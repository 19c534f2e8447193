/** Recorded runs of agents, from folders with sessions of pi, and episodes of InterCode and LiveMCPBench. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Call, Run } from "./runs.js";

type Members = Readonly<Record<string, unknown>>;

const files = (folder: string, ending: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Every run below the folder. None is labelled: the report shows what was found, to be looked at. */
export function recordedRuns(folder: string): readonly Run[] {
  return [
    ...intercode(join(folder, "intercode")),
    ...livemcpbench(join(folder, "livemcpbench")),
    ...pi(join(folder, "pi-sessions")),
  ];
}

/** Episodes of 7 to 25 steps without a clock: as if the model needed 1.5 s a step. */
function intercode(folder: string): Run[] {
  return files(folder, ".json").flatMap((file) =>
    Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, Members>).map(
      ([key, episode]) => {
        const {
          actions = [],
          observations = [],
          valid_action: valid,
        } = episode.turn_history as {
          actions?: string[];
          observations?: string[];
          valid_action?: (boolean | null)[];
        };
        const calls = actions.map((command, index): Call => {
          const observation = observations[index] ?? "";
          const failed = valid?.[index] === false;
          return {
            tool: String(episode.environment),
            args: { command },
            ...(failed ? { error: observation } : { result: observation }),
          };
        });
        return { name: `${file.slice(folder.length + 1)} ${key}`, calls, loopFrom: undefined };
      },
    ),
  );
}

function livemcpbench(folder: string): Run[] {
  return files(folder, ".json").flatMap((file) =>
    (JSON.parse(readFileSync(file, "utf8")) as { task_id: string; messages: Members[] }[]).map(
      ({ task_id, messages }) => {
        const results = new Map(
          messages
            .filter(({ role }) => role === "tool")
            .map((message) => [String(message.tool_call_id), String(message.content)]),
        );
        const calls = messages.flatMap((message) =>
          ((message.tool_calls ?? []) as { id: string; function: { name: string; arguments: string } }[]).map(
            (call): Call => {
              const given = parsed(call.function.arguments);
              const result = results.get(call.id) ?? "";
              const tool =
                typeof given.tool_name === "string"
                  ? `${given.server_name}/${given.tool_name}`
                  : call.function.name;
              const failed = result.endsWith("isError=True") || result.includes('"isError": true');
              return { tool, args: given.params ?? given, ...(failed ? { error: result } : { result }) };
            },
          ),
        );
        return { name: `livemcpbench ${task_id}`, calls, loopFrom: undefined };
      },
    ),
  );
}

/** Sessions with a clock. */
function pi(folder: string): Run[] {
  return files(folder, ".jsonl").map((file) => {
    const open = new Map<string, { readonly at: number; readonly args: unknown }>();
    const calls: Call[] = [];
    let last = 0;
    for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
      const { type, timestamp, message } = JSON.parse(line) as {
        type: string;
        timestamp: string;
        message?: Members;
      };
      if (type !== "message" || message === undefined) continue;
      const at = Date.parse(timestamp);
      if (message.role === "assistant")
        for (const part of message.content as Members[])
          if (part.type === "toolCall") open.set(String(part.id), { at, args: part.arguments });
      const begun = message.role === "toolResult" ? open.get(String(message.toolCallId)) : undefined;
      if (begun === undefined) continue;
      const result = (message.content as Members[]).map(({ text }) => text).join("\n");
      calls.push({
        tool: String(message.toolName),
        args: begun.args,
        pauseMillis: Math.max(0, begun.at - (last || begun.at)),
        tookMillis: at - begun.at,
        ...(message.isError === true ? { error: result } : { result }),
      });
      last = at;
    }
    return { name: file.slice(folder.length + 1), calls, loopFrom: undefined };
  });
}

function parsed(json: string): Members {
  try {
    return JSON.parse(json) as Members;
  } catch {
    return { arguments: json };
  }
}
