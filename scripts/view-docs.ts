/** A view or a function of the schema `agent_actions_v1`, as `test/schema.sql` says it. */
interface ContractObject {
  readonly kind: "view" | "function";
  /** Of a function the part from its first parenthesis on. */
  readonly signature: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  comment: string;
  readonly comments: Map<string, string>;
}

/**
 * The page with what stands between `<!-- views: NAME … -->` and `<!-- /views -->` made anew from the comments in the database, which the dump of the
 * schema holds. Throws where a view or function has no place on the page, or the page names one that there is not.
 */
export function viewDocs(page: string, schema: string): string {
  const objects = readContract(schema);
  const unplaced = new Set(objects.keys());
  const text = page.replaceAll(
    /(<!-- views: ([\w ]+) -->\n)[\s\S]*?(<!-- \/views -->)/g,
    (_, begin: string, names: string, end: string) => {
      const parts = names.split(" ").map((name) => {
        const object = objects.get(name);
        if (object === undefined)
          throw new Error(`docs/views.md names ${name}, which test/schema.sql has not`);
        unplaced.delete(name);
        return describe(name, object);
      });
      return `${begin}\n${parts.join("\n")}\n${end}`;
    },
  );
  if (unplaced.size > 0) throw new Error(`docs/views.md has no place for ${[...unplaced].join(", ")}`);
  return text;
}

function describe(name: string, { kind, signature, columns, comment, comments }: ContractObject): string {
  if (kind === "function") return `### \`${name}()\`\n\n${comment}\n\n\`\`\`\n${name}${signature}\n\`\`\`\n`;
  const rows = columns.map(
    (column) => `| \`${column.name}\` | ${column.type} | ${comments.get(column.name)} |`,
  );
  return [`### \`${name}\``, "", comment, "", "| column | type | |", "|---|---|---|", ...rows, ""].join("\n");
}

function readContract(schema: string): Map<string, ContractObject> {
  const objects = new Map<string, ContractObject>();
  const header = /^-- (view|function) agent_actions_v1\.(\w+)(.*)((?:\n-- {3}.*)*)/gm;
  for (const [, kind, name = "", signature = "", lines = ""] of schema.matchAll(header))
    objects.set(name, {
      kind: kind as ContractObject["kind"],
      signature: shortTypes(signature),
      columns: [...lines.matchAll(/-- {3}(\S+) (.+)/g)].map(([, column = "", type = ""]) => ({
        name: column.replaceAll('"', ""),
        type: shortTypes(type),
      })),
      comment: "",
      comments: new Map(),
    });
  const commented =
    /^comment on (view|function|column) agent_actions_v1\.(\w+)(?:\."?(\w+)"?)? is '((?:[^']|'')*)';$/gm;
  for (const [, , name = "", column, text = ""] of schema.matchAll(commented)) {
    const object = objects.get(name);
    if (object === undefined) throw new Error(`test/schema.sql has a comment on ${name}, which it has not`);
    if (column === undefined) object.comment = text.replaceAll("''", "'");
    else object.comments.set(column, text.replaceAll("''", "'"));
  }
  return objects;
}

const shortTypes = (text: string): string =>
  text
    .replaceAll("timestamp with time zone", "timestamptz")
    .replaceAll(/::(?:text|interval|timestamptz)\b/g, "")
    .replaceAll(" DEFAULT ", " default ")
    .replace(/TABLE\((.*)\)/, (_, columns: string) => `table (\n  ${columns.replaceAll(", ", ",\n  ")})`);
