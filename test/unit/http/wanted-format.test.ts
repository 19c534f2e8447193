import { expect, test } from "vitest";
import { wantedFormat } from "../../../src/http/metrics-format.js";

test.each([
  [undefined, undefined, "json"],
  [undefined, "", "json"],
  [undefined, "*/*", "json"],
  [undefined, "text/html, */*;q=0.8", "json"],
  [undefined, "text/plain", "prometheus"],
  [undefined, "TEXT/PLAIN; version=0.0.4", "prometheus"],
  [undefined, "text/plain;q=0.5, application/json", "json"],
  [undefined, "application/json;q=0.1, text/plain;q=0.2", "prometheus"],
  [undefined, "text/plain;q=0, */*", "json"],
  [undefined, "text/plain;q=much", "json"],
  [undefined, "application/openmetrics-text; version=1.0.0, text/plain", "openmetrics"],
  ["prometheus", "application/json", "prometheus"],
  ["json", "text/plain", "json"],
  ["openmetrics", undefined, "openmetrics"],
  ["xml", undefined, undefined],
  ["", undefined, undefined],
])("?format=%s with Accept: %s wants %s", (query, accept, format) => {
  expect(wantedFormat(query, accept)).toBe(format);
});
