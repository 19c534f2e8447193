import {
  type FieldSpec,
  jsonSchema,
  RECORD_FIELDS,
  RECORD_KINDS,
  type RecordKind,
} from "../src/event/index.js";

/** Everything in `docs/` that is made from the contract: the path and what has to stand there. */
export function contractDocs(page: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const kind of RECORD_KINDS)
    files.set(`docs/schemas/${kind}.json`, `${JSON.stringify(jsonSchema(kind), null, 2)}\n`);
  files.set("docs/event-contract.md", withFieldTables(page));
  return files;
}

function withFieldTables(page: string): string {
  return RECORD_KINDS.reduce((text, kind) => {
    const marked = new RegExp(`(<!-- fields: ${kind} -->\\n)[^]*?(<!-- end -->)`);
    if (!marked.test(text)) throw new Error(`docs/event-contract.md has no place for the fields of ${kind}`);
    return text.replace(marked, (_all, begin: string, end: string) => `${begin}${fieldTable(kind)}${end}`);
  }, page);
}

function fieldTable(kind: RecordKind): string {
  const rows = Object.entries<FieldSpec>(RECORD_FIELDS[kind]).map(
    ([name, spec]) =>
      `| \`${name}\`${spec.required ? " (required)" : ""} | ${shape(spec)} | ${spec.description} |`,
  );
  return ["| field | type | meaning |", "|---|---|---|", ...rows, ""].join("\n");
}

function shape(spec: FieldSpec): string {
  switch (spec.type) {
    case "choice":
      return spec.of.map((choice) => `\`${choice}\``).join(" \\| ");
    case "texts":
      return "array of text";
    case "uuid":
      return "UUID";
    default:
      return spec.type;
  }
}
