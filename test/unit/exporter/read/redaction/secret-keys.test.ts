import { describe, expect, test } from "vitest";
import { createKeyMatcher, SECRET_PHRASES } from "../../../../../exporter/read/redaction/secret-keys.js";

const isSecret = createKeyMatcher();

describe("names that are secret by default", () => {
  test.each([
    ...["authorization", "Authorization", "Proxy-Authorization", "http.request.header.authorization"],
    ...["cookie", "Cookie", "set-cookie", "Set-Cookie", "sessionCookie", "session_cookie"],
    ...[
      "password",
      "passwd",
      "userPassword",
      "DB_PASSWORD",
      "PGPASSWORD",
      "password_confirmation",
      "passphrase",
    ],
    ...["secret", "clientSecret", "client_secret", "aws_secret_access_key", "AWSSecretAccessKey"],
    ...["token", "access_token", "refreshToken", "X-Auth-Token", "authtoken", "csrf.token", "ID_TOKEN"],
    ...["access_tokens", "refreshTokens"],
    ...["api key", "apiKey", "api_key", "API-KEY", "apikey", "X-API-Key", "openaiApiKey", "OPENAI_API_KEY"],
    ...["private_key", "privateKey", "ssh-key", "signingKey", "AccountKey", "Ocp-Apim-Subscription-Key"],
    ...["credential", "credentials", "awsCredentials", "jwt", "bearer", "connectionString", "SMTP_PASS"],
  ])("%s", (name) => {
    expect(isSecret(name)).toBe(true);
  });
});

describe("names that only sound like it", () => {
  test.each([
    ...[
      "max_tokens",
      "maxTokens",
      "token_count",
      "tokenCount",
      "prompt_tokens",
      "completionTokens",
      "total_tokens",
    ],
    ...[
      "tokens",
      "tokenizer",
      "tokenize",
      "tokenization",
      "token_limit",
      "token_type",
      "token_budget",
      "tokenUsage",
    ],
    ...["llm.token_count.prompt", "gen_ai.usage.input_tokens", "tokens_per_second"],
    ...[
      "password_policy",
      "passwordLength",
      "secret_name",
      "credentials_file",
      "token_url",
      "cookiesEnabled",
    ],
    ...[
      "key",
      "keys",
      "public_key",
      "primaryKey",
      "foreign_key",
      "keyboard",
      "monkey",
      "passed",
      "compass",
      "bypass",
    ],
    ...["author", "authority", "secretary", "cookies_count", "session_id", "user", "path", "", "…", "ключ"],
  ])("%s", (name) => {
    expect(isSecret(name)).toBe(false);
  });
});

describe("the user's names", () => {
  test("are compared word by word, whatever their spelling", () => {
    const matches = createKeyMatcher({ keys: ["internalId"] });
    for (const name of ["internalId", "internal_id", "the-internal-id", "INTERNAL ID"])
      expect(matches(name), name).toBe(true);
    expect(matches("internal_ideas")).toBe(false);
    expect(matches("password")).toBe(true);
  });

  test("can be regular expressions, which are asked anew each time", () => {
    const matches = createKeyMatcher({ keys: [/^x-/gi] });
    expect(["x-a", "x-b", "X-c", "y-x-"].map(matches)).toEqual([true, true, true, false]);
  });

  test("can be allowed, and the defaults switched off", () => {
    expect(createKeyMatcher({ allowKeys: ["next_page_token"] })("nextPageToken")).toBe(false);
    expect(createKeyMatcher({ allowKeys: ["next_page_token"] })("token")).toBe(true);
    expect(createKeyMatcher({ defaultKeys: false, keys: ["mine"] })("password")).toBe(false);
  });
});

test("each default phrase is needed: without it, its own name would pass", () => {
  for (const phrase of SECRET_PHRASES) expect(isSecret(phrase), phrase).toBe(true);
});

test("a name that is content is judged by its beginning, in bounded work", () => {
  expect(isSecret(`password ${"x ".repeat(1_000_000)}`)).toBe(true);
  expect(isSecret("x ".repeat(1_000_000))).toBe(false);
});
