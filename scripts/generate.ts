/** Writes what is generated from the code: `npm run generate`. Tests fail when a file is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { contractDocs } from "./contract-docs.js";

for (const [path, text] of contractDocs(readFileSync("docs/event-contract.md", "utf8"))) {
  writeFileSync(path, text);
  console.log(path);
}
