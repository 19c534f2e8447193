/** Writes what is generated from the code: `npm run generate`. Tests fail when a file is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadRun } from "../bench/bench-run.js";
import { benchmarksPage } from "../bench/summary-page.js";
import { DIALECTS } from "../exporter/read/dialects/index.js";
import { openApiDocument } from "../src/api/openapi.js";
import { ROUTES } from "../src/api/routes/index.js";
import { captureDocs } from "./capture-docs.js";
import { cliDocs } from "./cli-docs.js";
import { codingAgentDocs } from "./coding-agents/docs.js";
import { configurationDocs } from "./configuration-docs.js";
import { contractDocs } from "./contract-docs.js";
import { dialectDocs, inOrderOf, type Manifest } from "./dialect-docs.js";
import { dialectGuides } from "./dialect-guides/index.js";
import { DIALECT_SCHEMA } from "./dialect-schema.js";
import { grafanaFiles } from "./grafana-files.js";
import { redactionDocs } from "./redaction-corpus/docs.js";
import { viewDocs } from "./view-docs.js";

for (const [path, text] of contractDocs(readFileSync("docs/event-contract.md", "utf8"))) write(path, text);

const names = DIALECTS.map(({ name }) => name);
const manifest = JSON.parse(readFileSync("test/fixtures/spans/manifest.json", "utf8")) as Manifest;
const guides = inOrderOf(names, await dialectGuides());
write("docs/dialects.md", dialectDocs(readFileSync("docs/dialects.md", "utf8"), guides, manifest));

write("test/captured/README.md", await captureDocs(readFileSync("test/captured/README.md", "utf8")));

write("docs/redaction.md", redactionDocs(readFileSync("docs/redaction.md", "utf8")));

write("docs/schemas/dialect.json", `${JSON.stringify(DIALECT_SCHEMA, null, 2)}\n`);

for (const path of ["docs/configuration.md", "docs/exporter.md"])
  write(path, configurationDocs(readFileSync(path, "utf8")));

write("docs/schemas/openapi.json", `${JSON.stringify(openApiDocument(ROUTES), null, 2)}\n`);

write("docs/cli.md", cliDocs(readFileSync("docs/cli.md", "utf8")));

write("docs/coding-agents.md", await codingAgentDocs(readFileSync("docs/coding-agents.md", "utf8")));

write(
  "docs/benchmarks.md",
  benchmarksPage(readFileSync("docs/benchmarks.md", "utf8"), loadRun("bench/results.json")),
);

for (const [path, text] of grafanaFiles()) write(path, text);

write(
  "docs/views.md",
  viewDocs(readFileSync("docs/views.md", "utf8"), readFileSync("test/schema.sql", "utf8")),
);

function write(path: string, text: string): void {
  writeFileSync(path, text);
  console.log(path);
}
