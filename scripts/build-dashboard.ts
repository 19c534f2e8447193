/** Builds the dashboard's static files into dist/dashboard. Users need no build step: the package has them. */
import { cp, mkdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const OUT = "dist/dashboard";

await rm(OUT, { recursive: true, force: true });
await mkdir(`${OUT}/assets`, { recursive: true });
await build({
  entryPoints: [
    { in: "dashboard/main.tsx", out: "main" },
    { in: "dashboard/main.css", out: "main" },
    { in: "dashboard/compare/worker.ts", out: "compare-worker" },
    { in: "dashboard/run/run-worker.ts", out: "run-worker" },
  ],
  outdir: `${OUT}/assets`,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: ["chrome120", "firefox121", "safari17"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "warning",
  tsconfig: "dashboard/tsconfig.json",
});
await cp("dashboard/index.html", `${OUT}/index.html`);
await cp("dashboard/icon.svg", `${OUT}/assets/icon.svg`);
