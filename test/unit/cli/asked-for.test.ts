import { expect, test } from "vitest";
import { askedFor } from "../../../src/cli/erase/asked-for.js";

test("what is erased or held is one thing that has a value", () => {
  expect(askedFor({ where: "user=ada=x" }, "erase")).toMatchObject({ field: "user", value: "ada=x" });
  expect(askedFor({ session: "s" }, "hold")).toMatchObject({ field: "session", value: "s" });
  expect(() => askedFor({}, "erase")).toThrow("needs one of");
  expect(() => askedFor({ run: "a", session: "b" }, "erase")).toThrow("needs one of");
  expect(() => askedFor({ where: "email=ada" }, "erase")).toThrow("--where knows");
});

test.each([{ run: "" }, { session: " " }, { where: "user=" }, { where: "project" }])(
  "%j names nothing",
  (flags) => expect(() => askedFor(flags, "erase")).toThrow("needs a value for"),
);
