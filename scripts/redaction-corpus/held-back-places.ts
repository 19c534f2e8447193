import type { Place } from "./places.js";

/** Places that were written after the rules: what the texts of tomorrow may look like. Whoever changes rules writes new ones. */
export const HELD_BACK_NEUTRAL: Readonly<Record<string, Place>> = {
  "in a diff": (s) => `@@ -1,3 +1,3 @@\n-old\n+${s}\n context`,
  "in a list of Markdown": (s) => `Steps:\n1. take ${s}\n2. go on`,
  "in HTML": (s) => `<p>Use <code>${s}</code> for it.</p>`,
  "in a CSV line": (s) => `id,name,value\n7,main,${s},true\n`,
  "in brackets": (s) => `loaded config [${s}] from disk (ok)`,
  "after an arrow": (s) => `old -> ${s}`,
  "in a stack trace": (s) => `Error: cannot use ${s}: denied\n    at run (/srv/app/index.js:10:3)`,
  "in a Go struct": (s) => `&{Name:main Value:${s} Port:80}`,
  "in ANSI colours": (s) => `\u001b[1m\u001b[33m${s}\u001b[0m`,
};

export const HELD_BACK_NAMED: Readonly<Record<string, Place>> = {
  "docker compose": (s) =>
    `services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=${s}\n      - A=b\n`,
  "docker compose, map": (s) =>
    `services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: ${s}\n      A: b\n`,
  "docker run": (s) => `docker run -d -e MYSQL_ROOT_PASSWORD=${s} -p 80:80 mysql:8`,
  "GitHub workflow": (s) => `      - run: ./deploy\n        env:\n          DEPLOY_TOKEN: ${s}\n`,
  PowerShell: (s) => `$env:AZURE_CLIENT_SECRET = '${s}'; ./run.ps1`,
  "systemd unit": (s) => `[Service]\nEnvironment="DB_PASSWORD=${s}"\nExecStart=/x\n`,
  "Java toString": (s) => `DataSource{url=jdbc:x, username=jo, password=${s}, pool=5}`,
  "Python repr of a class": (s) => `Settings(user='jo', api_key='${s}', debug=False)`,
  "Rust debug": (s) => `Config { user: "jo", password: "${s}", port: 1 }`,
  Kotlin: (s) => `val config = Config(user = "jo", password = "${s}")`,
  "C#": (s) => `var client = new Client { UserName = "jo", Password = "${s}" };`,
  Go: (s) => `client := New(Options{Password: "${s}", DB: 0})`,
  "PHP array": (s) => `return ['user' => 'jo', 'password' => '${s}'];`,
  "PHP define": (s) => `define('DB_PASSWORD', '${s}');`,
  "JavaScript environment": (s) => `process.env.SESSION_SECRET = "${s}";`,
  "form body": (s) => `grant_type=client_credentials&client_id=a&client_secret=${encodeURIComponent(s)}`,
  "request with a header": (s) => `fetch(url, { headers: { "X-Api-Key": "${s}", accept: "a/b" } })`,
  "request in Python": (s) => `requests.get(url, headers={"Authorization": "Token ${s}"})`,
  "curl with JSON": (s) => `curl -d '{"user":"jo","password":"${s}"}' https://h`,
  "response of a login": (s) =>
    `HTTP/1.1 200 OK\r\nSet-Cookie: session=${s}; Path=/\r\nContent-Length: 2\r\n\r\n{}`,
  "prompt and answer": (s) => `Username: jo\nPassword: ${s}\nLogin successful\n`,
  table: (s) => `| user | password |\n| jo | x |\n\npassword = "${s}"\n`,
  "log of a key and a value": (s) => `level=debug msg="connect" user=jo password=${s} attempt=1`,
  "log of structured data": (s) => `12:00:01.123 DEBUG [main] connecting {user=jo, secret=${s}}`,
  helm: (s) => `helm upgrade x ./c --set postgres.password=${s} --wait`,
  "terraform variable": (s) => `terraform apply -var="db_password=${s}" -auto-approve`,
  ansible: (s) => `- hosts: all\n  vars:\n    ansible_password: ${s}\n`,
  "properties with a colon": (s) => `spring:\n  datasource:\n    username: jo\n    password: '${s}'\n`,
  npmrc: (s) => `registry=https://r.example.com/\n//r.example.com/:_authToken=${s}\n`,
  "git credentials": (s) => `https://jo:${encodeURIComponent(s)}@git.example.com\n`,
  "mongo URL": (s) => `MONGO_URL=mongodb+srv://jo:${encodeURIComponent(s)}@c0.example.net/x?w=1`,
  plist: (s) => `<key>Name</key><string>a</string><config password="${s}" user="jo"/>`,
};
