import { describe, expect, test } from "vitest";
import { ProxyUsers } from "../../../src/access/proxy-users.js";
import { resolveApiSettings } from "../../../src/config/api-settings.js";
import { EnvReader } from "../../../src/config/env-reader.js";
import { isNetwork } from "../../../src/config/network.js";

const users = new ProxyUsers({
  header: "X-User",
  addresses: ["192.0.2.7", "10.1.0.0/16", "2001:db8::/32"],
  writers: ["maria"],
});

test.each([
  ["192.0.2.7", true],
  ["::ffff:192.0.2.7", true],
  ["192.0.2.8", false],
  ["10.1.255.255", true],
  ["10.2.0.0", false],
  ["2001:db8:1::1", true],
  ["2001:db9::1", false],
  ["", false],
  [undefined, false],
  ["not an address", false],
])("%s is the proxy: %s", (peer, isProxy) => {
  expect(users.isProxy(peer)).toBe(isProxy);
});

describe("the header", () => {
  test("names who may read, and who may write too", () => {
    expect(users.userOf(new Headers({ "x-user": " jo " }))).toEqual({ name: "user:jo", scopes: ["read"] });
    expect(users.userOf(new Headers({ "x-user": "maria" })).scopes).toEqual(["read", "write"]);
    const all = new ProxyUsers({ header: "X-User", addresses: ["::1"], writers: ["*"] });
    expect(all.userOf(new Headers({ "x-user": "jo" })).scopes).toEqual(["read", "write"]);
  });

  test.each(["", "a,b", "x".repeat(201), "tab\there"])(
    "is refused where it is no single name: %j",
    (name) => {
      expect(() => users.userOf(new Headers({ "x-user": name }))).toThrow("header X-User");
    },
  );
});

test.each([
  ["10.0.0.1", true],
  ["10.0.0.0/8", true],
  ["::1", true],
  ["2001:db8::/129", false],
  ["10.0.0.0/33", false],
  ["10.0.0.0/", false],
  ["10.0.0.0/8/8", false],
  ["proxy.example", false],
])("%s is an address or a network: %s", (text, isOne) => {
  expect(isNetwork(text)).toBe(isOne);
});

test("a header without addresses, and addresses without a header, are said to be no configuration", () => {
  for (const name of ["AGENT_ACTIONS_PROXY_USER_HEADER", "AGENT_ACTIONS_PROXY_ADDRESSES"]) {
    const env = new EnvReader({ [name]: "127.0.0.1" });
    resolveApiSettings({}, env);
    expect(env.problems.join()).toContain(name.includes("USER") ? "name of a header" : "belong together");
  }
  const env = new EnvReader({ AGENT_ACTIONS_PROXY_USER_HEADER: "X-User" });
  resolveApiSettings({}, env);
  expect(env.problems.join()).toContain("belong together");
});
