import type { DialectGuide } from "./dialect-guides/dialect-guide.js";

/** What `test/fixtures/spans/manifest.json` says of a captured file. */
export interface CapturedWith {
  readonly dialect: string;
  /** Empty: the spans were made by hand, from the conventions. */
  readonly libraries: Readonly<Record<string, string>>;
  readonly node: string;
}

export type Manifest = Readonly<Record<string, CapturedWith>>;

/** docs/dialects.md with its tables as the guides and the manifest say, in the order in which the dialects are asked. */
export function dialectDocs(page: string, guides: readonly DialectGuide[], manifest: Manifest): string {
  const tables = { "dialect values": valuesTable(guides), "dialect limits": limitsTable(guides, manifest) };
  return Object.entries(tables).reduce((text, [name, table]) => {
    const marked = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- end -->)`);
    if (!marked.test(text)) throw new Error(`docs/dialects.md has no place for the ${name}`);
    return text.replace(marked, (_all, begin: string, end: string) => `${begin}${table}${end}`);
  }, page);
}

/** @throws when a dialect has no guide, or a guide no dialect */
export function inOrderOf(
  names: readonly string[],
  guides: readonly DialectGuide[],
): readonly DialectGuide[] {
  const strange = guides.find(({ dialect }) => !names.includes(dialect));
  if (strange !== undefined) throw new Error(`there is no dialect ${strange.dialect}`);
  return names.map((name) => {
    const guide = guides.find(({ dialect }) => dialect === name);
    if (guide === undefined) throw new Error(`the dialect ${name} has no guide in scripts/dialect-guides`);
    return guide;
  });
}

function valuesTable(guides: readonly DialectGuide[]): string {
  return tableOf(
    [
      "dialect",
      "a span of it, and a tool call",
      "name",
      "arguments",
      "result",
      "call id",
      "agent",
      "session",
    ],
    guides.map((guide) => [
      `\`${guide.dialect}\``,
      guide.recognisedBy,
      guide.name,
      guide.arguments,
      guide.result,
      guide.callId,
      guide.agent,
      guide.session,
    ]),
  );
}

function limitsTable(guides: readonly DialectGuide[], manifest: Manifest): string {
  return tableOf(
    ["dialect", "is", "captured from", "failures", "known limits"],
    guides.map((guide) => [
      `\`${guide.dialect}\``,
      guide.title,
      testedWith(guide, manifest),
      guide.failures,
      guide.limits.join(" "),
    ]),
  );
}

function testedWith({ dialect, testedWith }: DialectGuide, manifest: Manifest): string {
  const files = Object.values(manifest).filter((file) => file.dialect === dialect);
  if (files.length === 0) return testedWith ?? "spans made by hand in the tests";
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of files.flatMap(({ libraries }) => Object.entries(libraries)))
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  const real = [...versions]
    .sort()
    .map(([name, known]) => `${name} ${[...known].sort(byNumbers).join(", ")}`);
  const made = files.some(({ libraries }) => Object.keys(libraries).length === 0);
  return [...real, ...(made ? ["spans made from the conventions"] : [])].join("; ");
}

const byNumbers = (one: string, other: string): number => one.localeCompare(other, "en", { numeric: true });

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map(() => "---");
  const lines = [head, rule, ...rows].map((cells) => `| ${cells.map(inCell).join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

const inCell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
