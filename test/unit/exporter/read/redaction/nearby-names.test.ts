import { describe, expect, test } from "vitest";
import { createKeyMatcher } from "../../../../../exporter/read/redaction/secret-keys.js";
import { createTextRedactor } from "../../../../../exporter/read/redaction/text-rules.js";

const redact = createTextRedactor({}, createKeyMatcher());
const KEY = "0f3a9c1b77de4a52b6c8d0e1f2a39485";

describe("a generated value near a name", () => {
  test.each([
    `datadog ${KEY}`,
    `My Datadog key is ${KEY}, use it.`,
    `Use ${KEY} as the API key of Acme.`,
    `// ${KEY} is the token for the forge`,
    `const client = new OpenWeatherMap("${KEY}");`,
    `ALGOLIA=${KEY}`,
    `{"config":"{\\"mixpanel\\":\\"${KEY}\\"}"}`,
    `https://hooks.example.com/run?trello=${KEY}&n=1`,
    `cloudflare: { client: "${KEY}" }`,
  ])("is hidden: %s", (text) => {
    expect(redact(text)).toBe(text.replace(KEY, "[redacted]"));
  });

  test.each([
    `datadog commit ${KEY}`,
    `trello card id ${KEY}`,
    `"mixpanel": "5.0.0", "integrity": "${KEY}"`,
    `https://api.spotify.com/v1/tracks/${KEY}`,
    `Datadog is up. ${KEY}`,
    `the public key ${KEY}`,
    `heroku 01234567-89ab-cdef-0123-456789abcdef`,
    `the datadog dashboard about ${KEY}`,
  ])("stays where it is something else: %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  test("stays under a name that the user allows", () => {
    const allowing = createTextRedactor(
      { allowKeys: ["datadog"] },
      createKeyMatcher({ allowKeys: ["datadog"] }),
    );
    expect(allowing(`DATADOG=${KEY}`)).toBe(`DATADOG=${KEY}`);
  });
});

test("what was hidden for its name is hidden where it stands again, and what nobody generated is not", () => {
  expect(redact(`export API_TOKEN=${KEY}; curl https://h/${KEY}/x`)).toBe(
    "export API_TOKEN=[redacted]; curl https://h/[redacted]/x",
  );
  expect(redact('password = "correct-horse-battery"; // correct-horse-battery')).toContain(
    "// correct-horse-battery",
  );
});

test.each([
  ["new PDO('mysql:host=h', 'jo', 'hunter27');", "new PDO('mysql:host=h', 'jo', '[redacted]');"],
  ['smtp.login("jo@h", "hunter27")', 'smtp.login("jo@h", "[redacted]")'],
  ['requests.get(u, auth=("jo", "hunter27"))', 'requests.get(u, auth=("jo", "[redacted]"))'],
  ["login(user, password)", "login(user, password)"],
])("a password is hidden by its place in a call: %s", (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test("what stands under data of a Kubernetes secret is hidden, whatever its name, and nothing else of it", () => {
  const secret = "kind: Secret\nmetadata:\n  name: db\ndata:\n  a: aGVsbG8x\n  b: d29ybGQy\ntype: Opaque\n";
  expect(redact(secret)).toBe(secret.replace("aGVsbG8x", "[redacted]").replace("d29ybGQy", "[redacted]"));
  expect(redact(JSON.stringify({ kind: "Secret", data: { a: "aGVsbG8x" } }))).toBe(
    '{"kind":"Secret","data":{"a":"[redacted]"}}',
  );
  expect(redact(secret.replace("Secret", "ConfigMap"))).toBe(secret.replace("Secret", "ConfigMap"));
});
