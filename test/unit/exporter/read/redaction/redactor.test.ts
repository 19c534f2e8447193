import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RedactionOptions } from "../../../../../exporter/read/redaction/redaction-options.js";
import { createPlainRedactor, createRedactor } from "../../../../../exporter/read/redaction/redactor.js";

/** What is left of a value somewhere in the details of an action. */
function left(value: unknown, options?: RedactionOptions): unknown {
  const event = { action_details: { tool_result: value } };
  return createRedactor(options)(event).action_details.tool_result;
}

describe("values under secret names", () => {
  test("are hidden whole, at any depth, whatever they are", () => {
    expect(
      left({ a: [{ password: "p", apiKeys: ["k1", "k2"], secret: { deep: 1 }, passcode: 1234 }], b: "ok" }),
    ).toEqual({
      a: [{ password: "[redacted]", apiKeys: "[redacted]", secret: "[redacted]", passcode: "[redacted]" }],
      b: "ok",
    });
  });

  test("stay where they say nothing", () => {
    const nothing = { password: null, token: "", secret: true };
    expect(left(nothing)).toEqual(nothing);
  });

  test("stay where the name counts tokens", () => {
    const usage = { max_tokens: 100, token_count: 3, prompt_tokens: 4, tokenizer: "bpe" };
    expect(left(usage)).toEqual(usage);
  });

  test("are hidden in lists of names and values", () => {
    const headers = [
      { name: "X-Api-Key", value: "k" },
      { key: "cookie", value: "c" },
      { name: "Accept", value: "*/*" },
    ];
    expect(left(headers)).toEqual([
      { name: "X-Api-Key", value: "[redacted]" },
      { key: "cookie", value: "[redacted]" },
      { name: "Accept", value: "*/*" },
    ]);
  });

  test("are hidden in the arguments of a command", () => {
    expect(left(["login", "--password", "hunter2", "--verbose", "yes"])).toEqual([
      "login",
      "--password",
      "[redacted]",
      "--verbose",
      "yes",
    ]);
  });

  test("are hidden in the arguments of a program that takes a password in its own way", () => {
    expect(left(["/usr/bin/mysql", "-h", "db", "-phunter2", "shop"])).toEqual([
      "/usr/bin/mysql",
      "-h",
      "db",
      "-p[redacted]",
      "shop",
    ]);
    expect(left(["curl", "-u", "jo:hunter2", "https://h"])).toEqual([
      "curl",
      "-u",
      "jo:[redacted]",
      "https://h",
    ]);
    const plain = ["mysql", "-p", "shop"];
    expect(left(plain)).toEqual(plain);
  });

  test("are hidden under a name that says little when the value says the rest", () => {
    const generated = "a1B2c3D4e5a1B2c3D4e5";
    expect(left({ pass: "hunter2", auth: generated, stripe_key: generated })).toEqual({
      pass: "[redacted]",
      auth: "[redacted]",
      stripe_key: "[redacted]",
    });
    const innocent = { pass: "12", auth: "required", key: "theme", sort_key: "created_at", PWD: "/home/jo" };
    expect(left(innocent)).toEqual(innocent);
  });

  test("a credential that is a name is hidden as a name", () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    expect(left({ [token]: "joe", other: 1 })).toEqual({ "[redacted]": "joe", other: 1 });
  });
});

describe("an event", () => {
  test("keeps its ids, times and choices, and every other text is searched", () => {
    const event = {
      id: "AKIAIOSFODNN7EXAMPLE",
      correlation_id: "token=abc",
      trace_id: "t",
      action_type: "tool_call",
      agent_name: "password=abc",
      error_message: "bad token=abc",
      session_id: "s",
    };
    expect(createRedactor()(event)).toEqual({
      ...event,
      agent_name: "password=[redacted]",
      error_message: "bad token=[redacted]",
    });
  });

  test("loses a field of its own that the user names and that is no text, so that it keeps the contract", () => {
    const event = { action_name: "a", duration_ms: 5, action_details: { a: 1 }, session_id: "s" };
    const redacted = createRedactor({ keys: ["duration ms", "action details", "session id"] })(event);
    expect(JSON.parse(JSON.stringify(redacted))).toEqual({ action_name: "a", session_id: "[redacted]" });
  });

  test("is not changed, and is shared where nothing is hidden", () => {
    const clean = { action_details: { a: [1, { b: "text" }] } };
    const redact = createPlainRedactor();
    expect(redact(clean)).toBe(clean);
    const event = { keep: { a: 1 }, action_details: { password: "p" } };
    const redacted = redact(event);
    expect(event.action_details.password).toBe("p");
    expect(redacted.keep).toBe(event.keep);
  });

  test("keeps a member called __proto__ as a member", () => {
    const event = JSON.parse('{"action_details":{"__proto__":{"password":"p"}}}');
    expect(JSON.stringify(createRedactor()(event))).toBe(
      '{"action_details":{"__proto__":{"password":"[redacted]"}}}',
    );
  });
});

describe("the user's function", () => {
  test("sees every text, number and boolean with the names that lead to it", () => {
    const seen: unknown[] = [];
    left(
      { a: ["x", 1, true, null] },
      {
        redact: ({ value, path }) => {
          seen.push([value, path.join(".")]);
          return value;
        },
      },
    );
    expect(seen).toEqual([
      ["x", "action_details.tool_result.a.0"],
      [1, "action_details.tool_result.a.1"],
      [true, "action_details.tool_result.a.2"],
    ]);
  });

  test("answers what takes the value's place, and the rules still look at it", () => {
    expect(left("x", { redact: () => "token=abc" })).toBe("token=[redacted]");
    expect(left("x", { redact: () => null })).toBe(null);
    expect(left("x", { redact: () => undefined })).toBe("[redacted]");
  });

  test("that throws or answers something else hides the value", () => {
    const failing = [
      () => {
        throw new Error("no");
      },
      async () => "x",
      () => ({ password: "x" }),
      () => Symbol("x"),
    ];
    for (const redact of failing) expect(left("x", { redact })).toBe("[redaction failed]");
  });

  test("does not see what was hidden for its name", () => {
    const seen: unknown[] = [];
    left({ password: "p" }, { redact: ({ value }) => seen.push(value) });
    expect(seen).toEqual([]);
  });
});

describe("anything whatsoever", () => {
  test("a getter is asked once, so that it cannot show another face later", () => {
    let asked = 0;
    const tool_result = {
      get value() {
        return ++asked === 1 ? "fine" : "password=hunter2";
      },
    };
    const redacted = createRedactor()({ action_details: { tool_result } });
    expect(JSON.stringify(redacted)).toBe('{"action_details":{"tool_result":{"value":"fine"}}}');
  });

  test("what toJSON answers is what is searched", () => {
    expect(left({ toJSON: () => ({ password: "p" }) })).toEqual({ password: "[redacted]" });
    expect(left(new Map([["password", "p"]]))).toEqual({ password: "[redacted]" });
  });

  test("a text that is too long is cut before it is searched, and loses its secrets all the same", () => {
    const long = `password=hunter2 ${"x".repeat(3_000_000)}`;
    const result = String(left(long));
    expect(result).toMatch(/^password=\[redacted\] x/);
    expect(result).toMatch(/\[trimmed: 3000017 bytes, sha256 [0-9a-f]{64}\]$/);
  });

  test("never throws, and no secret that is planted under a secret name comes through", () => {
    const planted = fc
      .constantFrom("password", "apiKey", "client_secret", "Authorization", "session-cookie")
      .map((name) => ({ [name]: "PLANTED" }));
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
        planted,
        fc.array(tie("node"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("node"), { maxKeys: 4 }),
        tie("node").map((node) => new Map([["inner", node]])),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (value) => {
        expect(JSON.stringify(createRedactor()({ action_details: { value } }))).not.toContain("PLANTED");
      }),
    );
  }, 60_000);
});
