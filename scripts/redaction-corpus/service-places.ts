/** A text in which the key of a service stands, and the name of the service near it. */
export type ServicePlace = (service: string, secret: string) => string;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The name says that it is a key or a token. */
export const KEY_PLACES: Readonly<Record<string, ServicePlace>> = {
  environment: (n, s) => `PORT=80\n${n.toUpperCase()}_API_KEY=${s}\nHOME=/root\n`,
  JSON: (n, s) => JSON.stringify({ user: "jo", [`${n}_token`]: s, n: 1 }),
  "JSON in JSON": (n, s) =>
    JSON.stringify({ config: JSON.stringify({ [`${n}Secret`]: s, region: "eu" }), n: 1 }),
  YAML: (n, s) => `${n}:\n  region: eu\n  key: ${s}\n  retries: 3\n`,
  INI: (n, s) => `[${n}]\nregion = eu\napi-key = ${s}\n`,
  query: (n, s) => `GET https://api.${n}.com/v1/items?page=2&api_key=${encodeURIComponent(s)}&n=1`,
  header: (n, s) => `curl -H "X-${capital(n)}-Key: ${s}" https://api.${n}.com/v1/items`,
  flag: (n, s) => `${n} deploy --region eu --${n}-token ${s} --fast`,
  prose: (n, s) => `My ${capital(n)} key is ${s}, please use it.`,
  "prose, after": (n, s) => `Use ${s} as the API key of ${capital(n)}.`,
  "prose, colon": (n, s) => `${capital(n)} API key: ${s}`,
  comment: (n, s) => `// ${s} is the token for ${n}`,
  Java: (n, s) => `System.setProperty("${n.toUpperCase()}_TOKEN", "${s}");`,
  Make: (n, s) => `${n}_TOKEN ?= ${s}\n`,
  PHP: (n, s) => `$${n}Token .= "${s}";`,
  XML: (n, s) => `<settings>\n  <${n}Token>\n    ${s}\n  </${n}Token>\n</settings>`,
};

/** Only the name of the service. */
export const BARE_PLACES: Readonly<Record<string, ServicePlace>> = {
  environment: (n, s) => `PORT=80\n${n.toUpperCase()}=${s}\nHOME=/root\n`,
  JSON: (n, s) => JSON.stringify({ user: "jo", [n]: s, n: 1 }),
  "JSON in JSON": (n, s) => JSON.stringify({ config: JSON.stringify({ [n]: s, region: "eu" }), n: 1 }),
  YAML: (n, s) => `keys:\n  ${n}: ${s}\n  other: x\n`,
  INI: (n, s) => `[credentials]\n${n} = ${s}\n`,
  query: (n, s) => `https://hooks.example.com/run?${n}=${encodeURIComponent(s)}&n=1`,
  flag: (n, s) => `deploy --region eu --${n} ${s} --fast`,
  prose: (n, s) => `For ${capital(n)} use ${s} and go on.`,
  note: (n, s) => `${n} ${s}`,
  program: (n, s) => `const client = new ${capital(n)}("${s}");`,
  "program, options": (n, s) => `const ${n} = { client: "${s}" };`,
};
