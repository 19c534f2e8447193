import type { DemoAgent } from "./demo-agent.js";
import { type ReadText, readText } from "./read-code.js";

/** Reads a file as a tool call. How much it was is recorded, not what stands in it. */
export function readRecorded(agent: DemoAgent, path: string): Promise<ReadText> {
  return agent.use(
    "Read",
    { file_path: path },
    () => readText(path),
    ({ bytes, lines }) => ({ bytes_read: bytes, lines }),
  );
}
