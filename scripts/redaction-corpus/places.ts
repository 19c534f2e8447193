/** Where a secret stands, and what the text around it stands in. */
export type Place = (secret: string) => string;

/** Nothing here says that it is a secret. */
export const NEUTRAL_PLACES: Readonly<Record<string, Place>> = {
  alone: (s) => s,
  "in a sentence": (s) => `I will use ${s} for the call, then go on.`,
  "after a line break": (s) => `HOME=/home/jo\n${s}\nSHELL=/bin/sh\n`,
  "in a log line": (s) => `2026-05-04T10:00:00Z INFO worker-3 request done value=${s} status=200`,
  "in quotes": (s) => `const value = "${s}";`,
  "in a table": (s) => `| name | value |\n|---|---|\n| main | ${s} |\n`,
  "after a tab": (s) => `id\tvalue\n1\t${s}\tdone`,
  "in Markdown": (s) => `Use \`${s}\` here.`,
};

/** A name before it gives it away. */
export const NAMED_PLACES: Readonly<Record<string, Place>> = {
  environment: (s) => `PATH=/usr/bin\nDB_PASSWORD=${s}\nHOME=/root\n`,
  export: (s) => `export STRIPE_SECRET=${s} && ./run`,
  "quoted shell variable": (s) => `API_TOKEN="${s}" ./run --fast`,
  yaml: (s) => `db:\n  host: h\n  password: ${s}\n  port: 1\n`,
  "yaml, quoted": (s) => `db:\n  host: h\n  password: "${s}"\n  port: 1\n`,
  "yaml, list of variables": (s) =>
    `env:\n  - name: DB_PASSWORD\n    value: ${s}\n  - name: A\n    value: b\n`,
  ini: (s) => `[client]\nuser = jo\npassword = ${s}\nhost = h\n`,
  toml: (s) => `[db]\nuser = "jo"\npassword = "${s}"\n`,
  properties: (s) => `spring.datasource.username=jo\nspring.datasource.password=${s}\n`,
  json: (s) => JSON.stringify({ user: "jo", password: s, n: 1 }),
  "json, indented": (s) => JSON.stringify({ user: "jo", client_secret: s, n: 1 }, null, 2),
  "json, list of names and values": (s) =>
    JSON.stringify([
      { name: "X-Api-Key", value: s },
      { name: "A", value: "b" },
    ]),
  "json, list of variables": (s) => JSON.stringify({ Env: ["A=b", `API_TOKEN=${s}`] }),
  "python dictionary": (s) => `{'user': 'jo', 'password': '${s}', 'n': 1}`,
  "python call": (s) => `connect(user="jo", password="${s}")`,
  javascript: (s) => `const client = new Client({ user: "jo", password: "${s}" });`,
  "environment in a program": (s) => `os.environ["OPENAI_API_KEY"] = "${s}"`,
  "query of a URL": (s) =>
    `GET https://api.example.com/v1/items?page=2&access_token=${encodeURIComponent(s)}&n=1`,
  "authorization header": (s) => `GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Token ${s}\r\nAccept: */*\r\n`,
  "cookie header": (s) => `POST /x HTTP/1.1\r\nCookie: sid=${s}; theme=dark\r\nAccept: */*\r\n`,
  "header of curl": (s) => `curl -s -H 'PRIVATE-TOKEN: ${s}' https://h/x`,
  "flag of a command": (s) => `deploy --user jo --password ${s} --fast`,
  "flag with an equals sign": (s) => `deploy --api-key=${s} --fast`,
  "list of arguments": (s) => JSON.stringify(["deploy", "--token", s, "--fast"]),
  "connection string": (s) => `Server=h;Database=d;User Id=jo;Password=${s};Encrypt=true`,
  xml: (s) => `<server><user>jo</user><password>${s}</password></server>`,
  "ruby hash": (s) => `{:user => "jo", :password => "${s}"}`,
  terraform: (s) => `variable "x" {}\nresource "db" "m" {\n  password = "${s}"\n}`,
  dockerfile: (s) => `FROM node\nENV API_KEY=${s}\nRUN x`,
};

/** Only the command around it gives it away. */
export const COMMAND_PLACES: Readonly<Record<string, Place>> = {
  "curl -u": (s) => `curl -s -u jo:${s} https://h/x`,
  "curl --user": (s) => `curl --user "jo:${s}" https://h/x`,
  "mysql -p": (s) => `mysql -h db -u jo -p${s} shop`,
  "mysqldump -p": (s) => `mysqldump -ujo -p'${s}' shop > x.sql`,
  "sshpass -p": (s) => `sshpass -p ${s} ssh jo@h uptime`,
  "sshpass -p, quoted": (s) => `sshpass -p '${s}' ssh jo@h`,
  "redis-cli -a": (s) => `redis-cli -h r -a ${s} ping`,
  "docker login -p": (s) => `docker login -u jo -p ${s} registry.example.com`,
  "mongosh -p": (s) => `mongosh --host h -u jo -p ${s}`,
  "ldapsearch -w": (s) => `ldapsearch -x -D cn=jo -w ${s} -b dc=x`,
  "smbclient -U": (s) => `smbclient //h/x -U jo%${s}`,
  "openssl pass:": (s) => `openssl rsa -in k.pem -passin pass:${s}`,
  "to sudo": (s) => `echo ${s} | sudo -S apt update`,
  "to docker login": (s) => `echo "${s}" | docker login -u jo --password-stdin`,
  "url with a user": (s) => `git clone https://jo:${encodeURIComponent(s)}@git.example.com/x.git`,
  "database url": (s) => `psql postgres://jo:${encodeURIComponent(s)}@db:5432/shop`,
  sql: (s) => `CREATE USER jo IDENTIFIED BY '${s}';`,
  "sql, postgres": (s) => `ALTER ROLE jo WITH PASSWORD '${s}';`,
  netrc: (s) => `machine h\nlogin jo\npassword ${s}\n`,
  "X_KEY=": (s) => `SERVICE_KEY=${s} ./run`,
  "PASS=": (s) => `PASS=${s} ./run`,
};

const python = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}'`;

/** What the text stands in: each layer writes quotes and line breaks in its own way. */
export const QUOTINGS: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  JSON: (text) => JSON.stringify({ stdout: text, code: 0 }),
  "JSON in a log line": (text) => `INFO tool result ${JSON.stringify({ stdout: text })}`,
  "JSON in JSON": (text) => JSON.stringify({ body: JSON.stringify({ stdout: text, code: 0 }) }),
  "JSON in JSON in an error": (text) =>
    `422 from api: ${JSON.stringify({ error: JSON.stringify({ detail: JSON.stringify({ in: text }) }) })}`,
  "Python repr": (text) => `Result(code=0, stdout=${python(text)})`,
  "JSON in a Python repr": (text) =>
    `ToolMessage(content=${python(JSON.stringify({ stdout: text }))}, id='1')`,
  "Python repr in JSON": (text) => JSON.stringify({ output: `Result(stdout=${python(text)})` }),
};
