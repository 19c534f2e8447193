import { expect, test } from "vitest";
import { createRedactor } from "../../../../../exporter/read/redaction/redactor.js";

const redact = createRedactor();
const shown = (text: unknown): unknown =>
  (redact({ tool_result: text }) as { tool_result: unknown }).tool_result;

const SECRET = "abcDEF12gh";
const QUOTINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify({ stdout: text }),
  (text) => JSON.stringify({ body: JSON.stringify({ stdout: text }) }),
];

test.each([
  ["table of psql", `  user | password\n------+---------\n jo   | ${SECRET}\n(1 row)\n`],
  [
    "table of mysql",
    `+----+----------+\n| id | password |\n+----+----------+\n| jo | ${SECRET} |\n+----+----------+\n`,
  ],
  ["row of psql -x", `-[ RECORD 1 ]---\nuser     | jo\npassword | ${SECRET}\n`],
  ["table of sqlite3", `user  password\n----  ----------\njo    ${SECRET}\n`],
  ["CSV", `user,password,n\njo,${SECRET},1\n`],
  ["Markdown", `| Name | Value |\n|---|---|\n| Password | \`${SECRET}\` |\n`],
  [
    "statement with columns",
    `INSERT INTO users (name, password) VALUES ('o''jo', '${SECRET}'), ('mo', now());`,
  ],
  ["clause of SQL", `SET PASSWORD FOR 'jo'@'%' = PASSWORD('${SECRET}');`],
  ["function of SQL", `update u set pw = crypt('${SECRET}', gen_salt('bf'))`],
  ["setter", `config.setPassword("${SECRET}");`],
  ["builder", `Config.builder().user("jo").password("${SECRET}").build()`],
  ["wrapper", `Settings(password=SecretStr('${SECRET}'))`],
  ["default", `const password = process.env.DB_PASSWORD || "${SECRET}";`],
  ["typed declaration", `  private readonly secretKey?: string = "${SECRET}";`],
  ["constant of Rust", `const API_KEY: &'static str = "${SECRET}";`],
  ["array of C", `static char api_token[] = "${SECRET}";`],
  ["macro", `#define WIFI_PASSWORD "${SECRET}"`],
  ["instruction of a Dockerfile", `FROM node\nENV API_KEY ${SECRET}\n`],
  ["fish", `set -gx OPENAI_API_KEY ${SECRET}`],
  ["serialize() of PHP", `a:1:{s:8:"password";s:10:"${SECRET}";}`],
  ["part of a form", `Content-Disposition: form-data; name="password"\r\n\r\n${SECRET}\r\n--b--\r\n`],
  ["CDATA", `<password><![CDATA[${SECRET}]]></password>`],
  ["property list", `<key>Password</key>\n<string>${SECRET}</string>`],
  ["anchor of YAML", `password: &pw ${SECRET}\nother: *pw\n`],
  ["bold", `**Password:** ${SECRET}`],
  ["prompt of git", `Password for 'https://jo@github.com': ${SECRET}`],
  ["rabbitmqctl", `rabbitmqctl add_user jo ${SECRET}`],
  ["composer", `composer config http-basic.repo.example.com jo ${SECRET}`],
  ["twine", `twine upload -u __token__ -p ${SECRET} dist/*`],
  ["what a test types", `await page.getByLabel('Password').fill('${SECRET}')`],
])("%s: the value goes, whatever the text is quoted in", (_, text) => {
  for (const quote of QUOTINGS) {
    const result = String(shown(quote(text)));
    expect(result).not.toContain(SECRET);
    expect(result).toContain("[redacted]");
    expect(result).toBe(quote(text).replaceAll(SECRET, "[redacted]"));
  }
});

test.each([
  "token,pos\nDas,ART\nlaeuft2,VV\n",
  "user,token_count\njo,5\n",
  "| Field | Type |\n|---|---|\n| password | varchar(255) |\n| token | text |\n",
  " column_name | data_type \n-------------+-----------\n password    | varchar(9)\n",
  'findByToken("abc12345")',
  'throw new TokenError("unexpected token2")',
  'const mode = tokenMode ?? "default1";',
  "INSERT INTO users (name, password) VALUES ($1, $2)",
  "INSERT INTO tokens (id, kind) VALUES (1, 'abc123')",
  "ENV PASSWORD_MIN_LENGTH 12345678",
  "**Password:** required",
  "setPassword(newPassword)",
  "useradd -m jo",
  "poetry config virtualenvs.in-project true",
])("nothing is hidden in %j", (text) => {
  expect(shown(text)).toBe(text);
});

test("what a tool of a browser types into a field is hidden by the field's name", () => {
  expect(shown({ element: "Password field", ref: "e12", text: "hunter", submit: true })).toEqual({
    element: "Password field",
    ref: "e12",
    text: "[redacted]",
    submit: true,
  });
  expect(shown({ selector: "#api_token", value: SECRET })).toEqual({
    selector: "#api_token",
    value: "[redacted]",
  });
  expect(shown({ element: "Search field", text: "shoes" })).toEqual({
    element: "Search field",
    text: "shoes",
  });
  expect(shown({ name: "password", text: "what it says" })).toEqual({
    name: "password",
    text: "what it says",
  });
});

test.each([
  ["bars", "password | ".repeat(45_000)],
  ["calls", "setPassword(".repeat(40_000)],
  ["commas", "token,".repeat(75_000)],
  ["quotes", `insert into t(password) values ('${"''".repeat(200_000)}`],
  ["brackets", `insert into t (password) values (${"(".repeat(250_000)}`],
])("a long text of %s is searched to its end", (_, text) => {
  const result = String(shown(`${text}\nDB_PASSWORD=${SECRET}\n`));
  expect(result.slice(-200)).toContain("[redacted]");
  expect(result).not.toContain(SECRET);
});

test("rows are hidden however many there are, and in the columns of a heading that stands among them", () => {
  const rows = (separator: string) => `jo${separator}${SECRET}\n`.repeat(5_000);
  expect(shown(`name | password\n-----|-----\n${rows(" | ")}`)).not.toContain(SECRET);
  expect(shown(`name,password\n${rows(",")}`)).not.toContain(SECRET);
  expect(
    shown(`INSERT INTO u (name, password) VALUES ${`('jo', '${SECRET}'), `.repeat(5_000)}`),
  ).not.toContain(SECRET);
  const grid = `|name|password|\n|---|---|\n|my password|${SECRET}|\n|---|---|\n|${SECRET}|${SECRET}|\n`;
  expect(shown(grid)).not.toContain(SECRET);
});

test("the last value of a statement that was cut is hidden", () => {
  for (const end of ["", "', 'a"]) {
    const text = `INSERT INTO u (name, password) VALUES ('jo', '${SECRET}${end}`;
    for (const quote of QUOTINGS)
      expect(shown(quote(text))).toBe(quote(text).replaceAll(SECRET, "[redacted]"));
  }
  const program = `run("INSERT INTO u (password) VALUES ('" + quoted(given) + "')");\nconst itsName = 1;\n`;
  expect(shown(`${program}// that's all\n`)).toContain("const itsName");
  expect(shown(`run("INSERT INTO u (password) VALUES ('" + given);\nconst itsName = 1;\n`)).toContain(
    "const itsName",
  );
});
