import { isPlainObject } from "../event/json.js";

/**
 * Options of the API as fields of an event: `userRequest` becomes `user_request`. Only the names at the top change; what
 * is undefined is left out, and what the contract does not know travels along under its name in that form.
 */
export function wireFields(options: object | undefined): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(isPlainObject(options) ? options : {})) {
    if (value !== undefined) fields[snakeCase(name)] = value;
  }
  return fields;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
