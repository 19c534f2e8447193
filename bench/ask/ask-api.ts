import { fileURLToPath } from "node:url";
import { runToEnd } from "../run-part.js";

const MOST_MINUTES = 60;

/** Has api.ts ask its questions on that database, in a process of its own, and write what it found to `json`. */
export async function askApi(databaseUrl: string, tries: string, json: string | undefined): Promise<void> {
  const program = fileURLToPath(new URL("api.ts", import.meta.url));
  const args = [
    "--import",
    "tsx",
    program,
    "--tries",
    tries,
    ...(json === undefined ? [] : ["--json", json]),
  ];
  await runToEnd(process.execPath, args, MOST_MINUTES * 60_000, {
    ...process.env,
    DATABASE_URL: databaseUrl,
  });
}
