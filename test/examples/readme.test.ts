import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { createDatabase, kafkaBootstrap, uniqueName } from "../helpers/stack.js";
import { run, topicVariables, uniqueTopics } from "./example-stack.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = await readFile(join(ROOT, "README.md"), "utf8");

const PROGRAM = part(/```js\n\/\/ agent\.mjs\n(.*?)```/s);
const COMMAND = part(/^npx agent-actions (dev -- node .* agent\.mjs)$/m);
const QUERY = part(/```sql\n(.*?)```/s);
const PRODUCED = table(part(/```sql\n.*?```\n+```\n(.*?)```/s));

const databaseUrl = await createDatabase();
const folder = await mkdtemp(join(tmpdir(), "readme-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the README's program, run by the README's command, leaves the rows that the README shows", async () => {
  await writeFile(join(folder, "agent.mjs"), PROGRAM);
  await writeFile(join(folder, "package.json"), packageJsonOf(42));
  await mkdir(join(folder, "node_modules"));
  await symlink(ROOT, join(folder, "node_modules", "otel-agent-actions"), "dir");

  const { code } = await run(
    process.execPath,
    [join(ROOT, "dist/src/cli/main.js"), ...COMMAND.split(" ")],
    {
      KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
      KAFKA_GROUP_ID: uniqueName("readme"),
      DATABASE_URL: databaseUrl,
      ...topicVariables(uniqueTopics("readme")),
    },
    folder,
  );
  expect(code).toBe(0);

  const { columns, rows } = await ask(QUERY);
  expect(columns).toEqual(PRODUCED.columns);
  expect(rows.map(withoutDuration)).toEqual(PRODUCED.rows.map(withoutDuration));
});

type Cells = Readonly<Record<string, unknown>>;

/** What one part of the README says; a README without it fails. */
function part(pattern: RegExp): string {
  const found = pattern.exec(README)?.[1];
  if (found === undefined) throw new Error(`README.md has nothing like ${pattern}`);
  return found;
}

/** Reads a table as psql prints it. */
function table(text: string): { readonly columns: readonly string[]; readonly rows: readonly Cells[] } {
  const [head = "", , ...lines] = text.trimEnd().split("\n");
  const cellsOf = (line: string) => line.split(/ ?\| /).map((cell) => cell.trim());
  const columns = cellsOf(head);
  const parsed = (cell: string) => (/^[{\d]/.test(cell) ? JSON.parse(cell) : cell);
  const rows = lines.map((line) =>
    Object.fromEntries(cellsOf(line).map((cell, index) => [columns[index] ?? "", parsed(cell)])),
  );
  return { columns, rows };
}

/** The README's agent counts the lines of the package.json beside it. */
function packageJsonOf(lines: number): string {
  const members = Array.from({ length: lines - 3 }, (_, index) => `  "line${index}": ${index}`);
  return `{\n${members.join(",\n")}\n}\n`;
}

async function ask(
  sql: string,
): Promise<{ readonly columns: readonly string[]; readonly rows: readonly Cells[] }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { fields, rows } = await client.query<Cells>(sql);
    return { columns: fields.map(({ name }) => name), rows };
  } finally {
    await client.end();
  }
}

// It differs from run to run; that it is a number of milliseconds does not.
function withoutDuration({ duration_ms: duration, ...cells }: Cells): Cells {
  expect(duration).toSatisfy(Number.isInteger);
  return cells;
}
