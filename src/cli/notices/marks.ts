import { textOf } from "../lists/list-columns.js";

export const POST = (body: object): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** What a mark does not say fits everything. */
export const any = (value: unknown): string => textOf(value) || "any";
