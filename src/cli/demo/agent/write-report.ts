import { appendFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { formatBytes, formatNumber } from "../../format/values.js";
import type { DemoAgent } from "./demo-agent.js";
import type { Findings, Surroundings } from "./survey-folder.js";

/** Writes the report, adds a line to it, and returns where it is. */
export async function writeReport(
  scout: DemoAgent,
  { folder, reportFolder, say }: Surroundings,
  findings: Findings,
): Promise<string> {
  const path = join(reportFolder, "report.md");
  const text = reportText(basename(folder), findings);
  await scout.use(
    "Write",
    { file_path: path, content: text },
    () => writeFile(path, text),
    () => ({ bytes_written: Buffer.byteLength(text), created: true }),
  );
  const addition = `\nWritten by ${scout.name}.\n`;
  await scout.use(
    "Edit",
    { file_path: path, new_string: addition },
    () => appendFile(path, addition),
    () => ({ bytes_written: Buffer.byteLength(addition) }),
  );
  say(`writes a report of ${formatBytes(Buffer.byteLength(text + addition))} to a temporary folder`);
  return path;
}

function reportText(name: string, { files, codeFiles, lines, marks }: Findings): string {
  const largest = [...files].sort((one, other) => other.bytes - one.bytes).slice(0, 5);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return [
    `# ${name}`,
    "",
    `${formatNumber(files.length)} files of ${formatBytes(bytes)}, ${formatNumber(codeFiles)} of them code with ${formatNumber(marks)} marks.`,
    "",
    "| language | lines |",
    "|---|---:|",
    ...Object.entries(lines).map(([extension, count]) => `| ${extension} | ${formatNumber(count)} |`),
    "",
    "Largest files:",
    "",
    ...largest.map((file) => `- ${file.path}, ${formatBytes(file.bytes)}`),
    "",
  ].join("\n");
}
