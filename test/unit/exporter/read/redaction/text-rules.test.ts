import { describe, expect, test } from "vitest";
import type { RedactionOptions } from "../../../../../exporter/read/redaction/redaction-options.js";
import { createKeyMatcher } from "../../../../../exporter/read/redaction/secret-keys.js";
import { createTextRedactor } from "../../../../../exporter/read/redaction/text-rules.js";

const redactor = (options: RedactionOptions = {}) => createTextRedactor(options, createKeyMatcher(options));
const redact = redactor();

// Made up here, and put together at run time, so that no scanner takes them for real ones.
const letters = (count: number) => "a1B2c3D4e5".repeat(30).slice(0, count);
const JWT = `eyJ${letters(20)}.eyJ${letters(30)}.${letters(40)}`;

describe("credentials that can be told by their looks", () => {
  test.each([
    ["GitHub", `ghp_${letters(36)}`],
    ["GitHub OAuth", `gho_${letters(36)}`],
    ["GitHub fine-grained", `github_pat_${letters(22)}_${letters(59)}`],
    ["GitLab", `glpat-${letters(20)}`],
    ["Slack", `xoxb-123456789012-${letters(24)}`],
    ["Slack app", `xapp-1-${letters(20)}`],
    ["Stripe", `sk_live_${letters(24)}`],
    ["Stripe restricted", `rk_test_${letters(24)}`],
    ["OpenAI", `sk-${letters(48)}`],
    ["OpenAI project", `sk-proj-${letters(60)}`],
    ["Anthropic", `sk-ant-api03-${letters(90)}-AA`],
    ["Google", `AIza${letters(35)}`],
    ["npm", `npm_${letters(36)}`],
    ["PyPI", `pypi-${letters(80)}`],
    ["Hugging Face", `hf_${letters(34)}`],
    ["SendGrid", `SG.${letters(22)}.${letters(43)}`],
    ["AWS key id", "AKIAIOSFODNN7EXAMPLE"],
    ["AWS session key id", "ASIAIOSFODNN7EXAMPLE"],
    ["JWT", JWT],
  ])("%s", (_, secret) => {
    for (const [before, after] of [
      ["", ""],
      ["key ", " end"],
      ["(", ")"],
      ['"', '",'],
      ["\n", "\n"],
    ])
      expect(redact(before + secret + after)).toBe(`${before}[redacted]${after}`);
  });

  test("an AWS secret beside its id, and the same 40 characters elsewhere not", () => {
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    expect(redact(`AKIAIOSFODNN7EXAMPLE ${secret}`)).toBe("[redacted] [redacted]");
    expect(redact(`see ${secret}`)).toBe(`see ${secret}`);
  });

  test("private keys, also those that were cut off", () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${letters(64)}\n-----END RSA PRIVATE KEY-----`;
    expect(redact(`a ${key} b`)).toBe("a [redacted] b");
    expect(redact(`a ${key.slice(0, 60)}`)).toBe("a [redacted]");
    expect(redact(key.replaceAll("\n", "\\n"))).toBe("[redacted]");
    const certificate = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----";
    expect(redact(certificate)).toBe(certificate);
  });

  test("Bearer and Basic credentials, and no prose", () => {
    expect(redact(`use Bearer ${letters(20)} now`)).toBe("use Bearer [redacted] now");
    expect(redact("Basic dXNlcjpwYXNzd29yZA==")).toBe("Basic [redacted]");
    const prose = "Basic understanding of bearer certificates and Bearer instruments";
    expect(redact(prose)).toBe(prose);
  });

  test("passwords in URLs, of which the rest stays", () => {
    expect(redact("postgres://joe:hunter2@db:5432/x and redis://:pw@r")).toBe(
      "postgres://joe:[redacted]@db:5432/x and redis://:[redacted]@r",
    );
    const plain = "https://example.com:8080/a:b@c";
    expect(redact(plain)).toBe(plain);
  });

  test("what only begins like one stays", () => {
    for (const text of [
      "task-force-of-the-north-sea-region",
      "sk-learn",
      "risk-adjusted-return-on-capital-employed",
      "eyJ.short",
      "AKIA",
      "npm_config_cache",
      "xoxo-love",
      "hf_hub",
      "the private key PRIVATE KEY is safe",
    ])
      expect(redact(text)).toBe(text);
  });

  test("e-mail addresses by option only", () => {
    expect(redact("joe@example.com")).toBe("joe@example.com");
    expect(redactor({ emails: true })("mail <joe.b+x@mail.example.com>, thanks")).toBe(
      "mail <[redacted]>, thanks",
    );
  });
});

describe("values that a name gives away", () => {
  test.each([
    ["export API_KEY=abc123", "export API_KEY=[redacted]"],
    ['PGPASSWORD="a b" psql', "PGPASSWORD=[redacted] psql"],
    ["https://x.y/?access_token=abc&page=2", "https://x.y/?access_token=[redacted]&page=2"],
    ["https://x.y/?X-Amz-Signature=abc&a=1", "https://x.y/?X-Amz-Signature=[redacted]&a=1"],
    ["curl --password hunter2 -v", "curl --password [redacted] -v"],
    ["cmd --api-key 'a b' --verbose", "cmd --api-key [redacted] --verbose"],
    ["password: hunter2", "password: [redacted]"],
    ["  db_password: hunter2\nhost: h", "  db_password: [redacted]\nhost: h"],
    ["client_secret = 'abc'", "client_secret = '[redacted]'"],
    ['const password = "hunter2";', 'const password = "[redacted]";'],
    ["curl -H 'X-Api-Key: abc' u", "curl -H 'X-Api-Key: [redacted]' u"],
    ["Cookie: a=1; b=2\r\nAccept: x", "Cookie: [redacted]\r\nAccept: x"],
    ["AccountName=n;AccountKey=abc==;E=s", "AccountName=n;AccountKey=[redacted];E=s"],
  ])("%s", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    "max_tokens=100 tokenizer=bpe key=value",
    "token=$TOKEN and --password $PASSWORD",
    "if (token == other || secret => x)",
    "const token = getToken();",
    "The token: is a word",
    "signature=abc is no query",
    "interface Login {\n  password: string;\n  token: number | undefined;\n}",
  ])("%s stays", (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe("JSON inside a text", () => {
  test.each([
    ['{"password":"x","n":12345678901234567890}', '{"password":"[redacted]","n":12345678901234567890}'],
    ['log {"apiKey" : "a\\"b" , "c":1} end', 'log {"apiKey" : "[redacted]" , "c":1} end'],
    ['{\\"client_secret\\":\\"v\\\\\\"w\\",\\"b\\":1}', '{\\"client_secret\\":\\"[redacted]\\",\\"b\\":1}'],
    ['{"secret":["a",{"b":"c"}],"d":1}', '{"secret":"[redacted]","d":1}'],
    ['{"pin":1,"passcode":1234,"ok":true}', '{"pin":1,"passcode":"[redacted]","ok":true}'],
    ['{"password":"cut off he', '{"password":"[redacted]"'],
    ["{'password': 'x', 'a': 1}", "{'password': '[redacted]', 'a': 1}"],
    ['{"password":null,"token":true,"secret":""}', '{"password":null,"token":true,"secret":"[redacted]"}'],
    ['{"max_tokens":5,"token_count":"7"}', '{"max_tokens":5,"token_count":"7"}'],
  ])("%s", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test("that was encoded twice decodes to the same with the values hidden", () => {
    const inner = JSON.stringify({ user: "joe", password: 'a"b\\c', list: [1] });
    const outer = redact(JSON.stringify({ body: inner }));
    expect(JSON.parse(JSON.parse(outer).body)).toEqual({ user: "joe", password: "[redacted]", list: [1] });
  });
});

// Made up here; each of them would be read by somebody who sees the text.
const SECRET = "S3cr3tV4lue";
const LONG = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA";

describe("credentials at every level of quoting", () => {
  const token = `ghp_${letters(36)}`;
  const environment = `HOME=/home/jo\n${token}\nAKIAIOSFODNN7EXAMPLE\n`;
  test.each([
    ["an error", `422 from api: ${JSON.stringify({ stdout: environment })}`],
    ["a log line", `INFO tool result ${JSON.stringify({ stdout: environment })}`],
    ["JSON in JSON", JSON.stringify({ a: JSON.stringify({ b: environment }) })],
    ["a Python repr", `Result(stdout='${environment.replaceAll("\n", "\\n")}')`],
  ])("after a line break in %s", (_, text) => {
    expect(redact(text)).toBe(
      text.replace(token, "[redacted]").replace("AKIAIOSFODNN7EXAMPLE", "[redacted]"),
    );
  });

  test.each([
    ["password", (value: string) => `db:\n  password: ${value}\n  port: 1`],
    ["Cookie", (value: string) => `GET /\r\nCookie: ${value}\r\nAccept: x`],
    ["token", (value: string) => `a\tTOKEN=${value}\tb`],
  ])("lines with %s, of which the rest stays to the last escape", (_, put) => {
    for (const quote of [JSON.stringify, (text: string) => JSON.stringify(JSON.stringify({ text }))])
      expect(redact(quote(put(SECRET)))).toBe(quote(put("[redacted]")));
  });
});

describe("credentials in commands", () => {
  test.each([
    ["curl -u jo:§ https://h"],
    ["curl --user 'jo:§' https://h"],
    ["curl -b 'sid=§' https://h"],
    ["curl -H 'PRIVATE-TOKEN: §' https://h"],
    ["mysql -h db -p§ shop"],
    ["sshpass -p § ssh h"],
    ["redis-cli -h r -a § ping"],
    ["docker login -u jo -p § r.example.com"],
    ["az login -u jo -p § --tenant t"],
    ["openssl rsa -passin pass:§ -in k"],
    ["7z x -p§ a.7z"],
    ["echo '§' | sudo -S id"],
    ["PASS=§ ./run"],
    ["REDISCLI_AUTH=§ redis-cli"],
    ["kubectl create secret generic db --from-literal=password=§"],
    ["CREATE USER x IDENTIFIED BY '§'"],
    ["machine h login jo password §"],
    ["setx API_KEY §"],
    ["run --command 'deploy --password § --fast' --verbose"],
  ])("%s", (command) => {
    const quoted = [command, JSON.stringify({ command }), JSON.stringify(["bash", "-c", command])];
    for (const text of quoted)
      expect(redact(text.replace("§", SECRET))).toBe(text.replace("§", "[redacted]"));
  });
});

describe("credentials in URLs, files and programs", () => {
  test.each([
    ["postgres://u:p@§@db:5432/x", "postgres://u:[redacted]@db:5432/x"],
    ["u:p@§@db", "u:[redacted]@db"],
    [`https://${LONG}@github.com/x`, "https://[redacted]@github.com/x"],
    ["root:§@tcp(db:3306)/shop", "root:[redacted]@tcp(db:3306)/shop"],
    [`//registry.npmjs.org/:_auth=${LONG}==`, "//registry.npmjs.org/:_auth=[redacted]"],
    [`client-key-data: ${LONG}`, "client-key-data: [redacted]"],
    ['{"auth":"am86UzNjcjN0VjRsdWU="}', '{"auth":"[redacted]"}'],
    [`STRIPE_KEY=${LONG}`, "STRIPE_KEY=[redacted]"],
    ['os.environ["API_KEY"] = "§"', 'os.environ["API_KEY"] = "[redacted]"'],
    ['password: str = "§"', 'password: str = "[redacted]"'],
    ["aws_secret_access_key = §", "aws_secret_access_key = [redacted]"],
    ["password: |\n  §\nuser: jo", "password: |\n  [redacted]\nuser: jo"],
    ["- name: DB_PASSWORD\n  value: §", "- name: DB_PASSWORD\n  value: [redacted]"],
    ['[{"name":"X-Api-Key","value":"§"}]', '[{"name":"X-Api-Key","value":"[redacted]"}]'],
    ['[["Authorization","Token §"]]', '[["Authorization","[redacted]"]]'],
    ["<password>§</password>", "<password>[redacted]</password>"],
    ["&quot;password&quot;:&quot;§&quot;", "&quot;password&quot;:&quot;[redacted]&quot;"],
    ["access_token%3D§%26page=2", "access_token%3D[redacted]%26page=2"],
    ["the password is §, thanks", "the password is [redacted], thanks"],
    ["\u001b[32mhf_a1B2c3D4e5a1B2c3D4e5a1B2c3D4e5abcd\u001b[0m", "\u001b[32m[redacted]\u001b[0m"],
  ])("%s", (text, expected) => {
    expect(redact(text.replace("§", SECRET))).toBe(expected);
  });

  test("base64 of a key, also twice, and no other base64", () => {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const key = `-----BEGIN PRIVATE KEY-----\n${LONG}\n-----END PRIVATE KEY-----\n`;
    for (const secret of [base64(key), base64(base64(key)), base64(`{"password":"${SECRET}"}`)])
      expect(redact(`data: ${secret} end`)).toBe("data: [redacted] end");
    const plain = base64("A text of nothing in particular, and some more of it.");
    expect(redact(`data: ${plain}`)).toBe(`data: ${plain}`);
  });

  test("a PuTTY key's private lines", () => {
    const file = (lines: string) =>
      `PuTTY-User-Key-File-3: rsa\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 2\n${lines}\nPrivate-MAC: x`;
    expect(redact(file(`${LONG}\n${LONG}`))).not.toContain(LONG);
  });
});

describe("what is said about secrets stays", () => {
  test.each([
    ".sk-circle-fade-dot-12345 and sk-learn-contrib-project-template",
    "PWD=/home/jo OLDPWD=/tmp",
    "https://x.y/list?pageToken=CAUQAA&pageSize=10",
    "Password: reset link was sent to your address",
    "  --password TEXT  Password of the user.",
    "set --password to change it",
    "Authorization: Bearer $TOKEN",
    "password: settings.password,",
    'case "token": return "secret"',
    'print("cookie:", value)',
    "arn:aws:secretsmanager:eu-west-1:1:secret:name-AbCdEf",
    "pass=12 fail=0 PASS: 200",
    "cache_key=users:1 primary_key=id",
    "https://medium.com/@jo/x and jo@example.com, mailto:jo@example.com",
  ])("%s", (text) => {
    expect(redact(text)).toBe(text);
  });
});

test("names that count only with a value that looks secret are the user's to allow or to switch off", () => {
  const text = `CACHE_TOKEN_KEY=${LONG}`;
  expect(redact(text)).toBe("CACHE_TOKEN_KEY=[redacted]");
  expect(redactor({ allowKeys: ["cache_token_key"] })(text)).toBe(text);
  expect(redactor({ defaultKeys: false, keys: ["mine"] })(`STRIPE_KEY=${LONG}`)).toBe(`STRIPE_KEY=${LONG}`);
});

describe("the user's patterns", () => {
  test("hide every match, from the beginning, however often they are asked", () => {
    const own = redactor({ patterns: [/EMP-\d+/y] });
    for (let time = 0; time < 3; time++) expect(own("a EMP-1 b EMP-22")).toBe("a [redacted] b [redacted]");
  });

  test("work without the defaults", () => {
    const own = redactor({ defaultPatterns: false, defaultKeys: false, patterns: [/x+/] });
    expect(own(`password=abc ghp_${letters(36)} xx`)).toBe(`password=abc ghp_${letters(36)} [redacted]`);
  });
});

// Each text makes some rule look again and again at what it has seen: where it begins often, repeats long, and fails late.
describe("hostile texts take time that grows with their length, not with its square", () => {
  const PIECES = [
    ...[
      "a",
      "A1",
      "=",
      "==",
      "a=",
      "token=",
      "password: ",
      "--password ",
      "--",
      "----BEGIN PRIVATE KEY-----",
    ],
    ...[
      "-----BEGIN PRIVATE KEY-----",
      "-----BEGIN ",
      "sk-",
      "sk-a",
      "eyJ",
      "eyJ-",
      "eyJaaaaaaaaa.",
      "eyJaaaaaaaaa-",
    ],
    ...[
      "://",
      "://a:",
      "://a:b",
      "SG.",
      "SG.aaaaaaaaaaaaaaaaa.",
      "AKIA",
      "AKIAIOSFODNN7EXAMPL",
      "Bearer ",
      "Basic ",
    ],
    ...[
      '"',
      '\\"',
      '"a":',
      '"password":',
      '\\"password\\":',
      '"password":"',
      '{"password":[',
      "\\",
      "\\\\\\",
      "'",
    ],
    ...[
      "@",
      "a@",
      "a@a.",
      "a.a@",
      "%",
      "cookie:",
      "cookie: \n",
      "\n",
      " ",
      "\t",
      "\n token: ",
      "x-api-key : ",
    ],
    ...[
      'key="',
      "token is a",
      "token\\n:",
      "mysql -p",
      "curl -u a:",
      "echo x | sudo ",
      '"--token","',
      "<password>x",
    ],
    ...['--aa "', "--aa b", "curl -", "https://", "-u a:b "],
    ...[
      "%3D",
      "%22",
      "&quot;",
      "Private-Lines: 1 ",
      "MTIzMTIzMTIzMTIzMTIz.",
      "SW5m",
      "a:bcdef1@",
      '["token","',
      "ACDb",
    ],
    ...[
      "-----END PRIVATE KEY-----",
      "password:\n",
      "password: |\n ",
      "\u0001",
      "a".repeat(24),
      "mnemonic aaa ",
    ],
    ...[
      "a|password\n--\n",
      "a | password\n---|---\n",
      "INSERT INTO t (password) VALUES (",
      "INSERT INTO t (password) VALUES ('",
      "INSERT INTO t (password) VALUES (''",
      "INSERT INTO t (password) VALUES ('a',(",
    ],
    ...["hooks.slack.com/", "xoxb-", "gh", "ghp_", "A".repeat(39), "ключ=", "😀"],
  ];
  const all = redactor({ emails: true });
  // A rule whose time grows with the square would take a quarter of an hour for this, and the test would end by its time-out.
  const LENGTH = 1_000_000;

  test.each(PIECES)("%j", (piece) => {
    const text = piece.repeat(Math.ceil(LENGTH / piece.length));
    expect(all(text).length).toBeGreaterThan(0);
  });

  test("a line under a heading that is no line at its end", () => {
    const text = `a | token\n${"-".repeat(2 * LENGTH)}x`;
    expect(all(text)).toBe(text);
  });
});
