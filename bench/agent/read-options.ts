import { parseArgs } from "node:util";

interface BenchOption {
  readonly value: string;
  readonly what: string;
}

/** Options of a benchmark, with `--json` and `--help`, which says what there is and ends the process. */
export function readOptions<Name extends string>(
  title: string,
  options: Readonly<Record<Name, BenchOption>>,
): Record<Name, string> & { readonly json?: string } {
  const known = Object.entries<BenchOption>(options);
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(
        known.map(([name, { value }]) => [name, { type: "string", default: value }] as const),
      ),
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    console.log(`${title}\n`);
    for (const [name, { value, what }] of known)
      console.log(`  --${name.padEnd(10)} ${what} (default ${value})`);
    console.log(`  --${"json".padEnd(10)} a file to which the figures are written, beside their targets`);
    process.exit(0);
  }
  return values as Record<Name, string> & { readonly json?: string };
}
