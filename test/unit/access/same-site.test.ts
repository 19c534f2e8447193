import { expect, test } from "vitest";
import { allowedHosts, checkSameSite } from "../../../src/access/same-site.js";

const LOOPBACK = allowedHosts(true, undefined);

const statusOf = (headers: Record<string, string>, hosts: ReadonlySet<string> | undefined): number => {
  try {
    checkSameSite(new Headers(headers), hosts);
    return 200;
  } catch (error) {
    return (error as { status: number }).status;
  }
};

test.each([
  ["localhost:8080", 200],
  ["LOCALHOST", 200],
  ["127.0.0.1:1", 200],
  ["[::1]:8080", 200],
  ["localhost.", 200],
  ["evil.test:8080", 421],
  ["127.0.0.1.evil.test", 421],
  ["localhost@evil.test", 421],
  ["", 421],
])("on loopback, a service called %s is %i", (host, status) => {
  expect(statusOf({ host }, LOOPBACK)).toBe(status);
});

test("other names are let in where they are named, and any where other machines reach the service", () => {
  expect(statusOf({ host: "agents.test" }, allowedHosts(true, ["Agents.test"]))).toBe(200);
  expect(statusOf({ host: "agents.test" }, allowedHosts(false, undefined))).toBe(200);
  expect(statusOf({ host: "agents.test" }, allowedHosts(false, ["other.test"]))).toBe(421);
});

test.each([
  [{ origin: "http://localhost:8080" }, 200],
  [{ origin: "https://localhost:8080" }, 200],
  [{ origin: "http://localhost:9090" }, 403],
  [{ origin: "http://evil.test" }, 403],
  [{ origin: "null" }, 403],
  [{ "sec-fetch-site": "cross-site" }, 403],
  [{ "sec-fetch-site": "same-origin" }, 200],
])("a request with %j is %i", (headers, status) => {
  expect(statusOf({ host: "localhost:8080", ...headers }, LOOPBACK)).toBe(status);
});
