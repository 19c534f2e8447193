import { rawMembers } from "../../store/raw-members.js";

/** One row of CSV as RFC 4180 has it, without its line break. */
export const csvLine = (fields: readonly string[]): string => fields.map(quoted).join(",");

/**
 * A row of the API as CSV. Texts stand there as they are, null as nothing, lists and objects as JSON, numbers with all their digits.
 *
 * @param row the text of a JSON object
 */
export function csvRow(row: string, columns: readonly string[]): string {
  const members = rawMembers(row);
  return csvLine(columns.map((name) => fieldOf(members.get(name))));
}

function fieldOf(json: string | undefined): string {
  if (json === undefined || json === "null") return "";
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

const quoted = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
