import { join } from "node:path";
import { formatCount, formatNumber } from "../../format/values.js";
import type { DemoAgent } from "./demo-agent.js";
import type { ListedFile } from "./list-files.js";
import { countCode, isCode, type Mark, readRecorded, searchFiles } from "./read-code.js";
import { type Routing, route } from "./route-request.js";
import type { Findings, Surroundings } from "./survey-folder.js";

const REQUEST = "read the code and count its marks";

/** As many as can be searched in a moment. */
const MAX_CODE_FILES = 500;
const LOOKED_AT = 4;
const MARKS = "TODO|FIXME|HACK";

/** Gives the code to a second agent, as the router says, and returns what that one found. */
export async function handOver(
  scout: DemoAgent,
  router: (request: string) => Routing,
  surroundings: Surroundings,
  files: readonly ListedFile[],
): Promise<Findings> {
  const began = performance.now();
  const chosen = await route(scout, router, REQUEST);
  const code = files.filter(isCode).slice(0, MAX_CODE_FILES);
  const reader = scout.subAgent(chosen?.agent ?? scout.name);
  await scout.logger.logTransformation({
    sourceAgent: scout.name,
    targetAgent: reader.name,
    transformationReason: `${formatCount(code.length, "file")} of code to read`,
    userRequest: REQUEST,
    routingConfidence: chosen?.confidence,
    routingStrategy: "keywords",
    transformationDurationMs: Math.round(performance.now() - began),
    contextKeys: ["folder", "files"],
    contextSnapshot: { folder: surroundings.folder, files: code.length },
  });
  scout.deeds.event("transformation", reader.name);
  surroundings.say(`hands ${formatCount(code.length, "file")} of code over to ${reader.name}`);
  // The router knows the request by now.
  await route(scout, router, REQUEST);
  return readSources(reader, surroundings, files, code);
}

async function readSources(
  reader: DemoAgent,
  { folder, say }: Surroundings,
  files: readonly ListedFile[],
  code: readonly ListedFile[],
): Promise<Findings> {
  return reader.work("read_sources", { files: code.length }, async () => {
    const largest = [...code].sort((one, other) => other.bytes - one.bytes).slice(0, LOOKED_AT);
    await reader.decide({
      decisionName: "choose_files",
      decisionContext: { candidates: code.length },
      decisionResult: {
        selected: `the ${formatNumber(largest.length)} largest`,
        files: largest.map(({ path }) => path),
      },
      reason: "large files are where one gets lost",
      alternatives: ["all of them", "the largest", "the newest"],
      confidence: 0.7,
    });
    await Promise.all(largest.map(({ path }) => readRecorded(reader, join(folder, path))));
    const marks = await search(reader, folder, code);
    const lines = await reader.use("CountLines", { files: code.length }, () => countCode(folder, code));
    const total = Object.values(lines).reduce((sum, count) => sum + count, 0);
    say(
      `${reader.name} counts ${formatCount(total, "line")} and ${formatCount(marks.length, "mark")} (${MARKS})`,
    );
    await reader.logger.logSuccess({
      successName: "sources_read",
      successDetails: { files: code.length, lines: total, marks: marks.length },
    });
    reader.deeds.action(reader.name, "success", "sources_read");
    return { files, codeFiles: code.length, lines, marks: marks.length };
  });
}

function search(reader: DemoAgent, folder: string, code: readonly ListedFile[]): Promise<Mark[]> {
  return reader.use(
    "Grep",
    { pattern: MARKS, path: folder, files: code.length },
    () => searchFiles(folder, code, new RegExp(`\\b(${MARKS})\\b`)),
    (marks) => ({ matches: marks.length, first: marks.slice(0, 10) }),
  );
}
