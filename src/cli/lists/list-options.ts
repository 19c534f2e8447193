/** Options of commands that are made from parameters of the API, so that both filter by the same words. */
import type { ParameterTable } from "../../api/query/parameter.js";
import { flag, integer, type Option, type OptionTable } from "../../config/option.js";
import { optionName } from "../client/refusal.js";
import { repeatable } from "../framework/command.js";

/** Set by the command itself, page by page. */
const OF_PAGES = new Set(["limit", "cursor"]);

const isYesOrNo = ({ unit }: Option): boolean => unit === "true or false";

/** An option for each parameter; one that is true or false becomes two flags. */
export function optionsOf(parameters: ParameterTable): OptionTable {
  const options = Object.entries(parameters).flatMap(([name, { option, many }]): [string, Option][] => {
    if (OF_PAGES.has(name)) return [];
    const given = { ...option, placeholder: option.placeholder ?? "TEXT" };
    if (!isYesOrNo(option)) return [[optionName(name), many ? repeatable(given) : given]];
    const description = option.description.replace(/; false for .*$/, ".");
    return [
      [optionName(name), flag({ description })],
      [`not-${optionName(name)}`, flag({ description: `The opposite of --${optionName(name)}.` })],
    ];
  });
  return Object.fromEntries(options);
}

/** What the options say, as the query string of the API. */
export function queryOf(
  parameters: ParameterTable,
  options: Readonly<Record<string, unknown>>,
): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, { option, many }] of Object.entries(parameters)) {
    const value = options[optionName(name)];
    if (OF_PAGES.has(name)) continue;
    if (isYesOrNo(option)) {
      if (options[`not-${optionName(name)}`] === true) query.append(name, "false");
      if (value === true) query.append(name, "true");
    } else if (Array.isArray(value) && many) for (const item of value) query.append(name, String(item));
    else if (Array.isArray(value)) query.append(name, value.join());
    else if (value !== undefined) query.append(name, String(value));
  }
  return query;
}

/** How much of a list is shown, and how. */
export const SHOWN_OPTIONS = {
  limit: integer({
    default: 50,
    minimum: 1,
    maximum: 100_000_000,
    description: "Most rows; what is left out is said on standard error.",
  }),
  json: flag({ description: "Results as JSON, one object a line." }),
  csv: flag({ description: "Results as CSV (RFC 4180), with a head." }),
} as const satisfies OptionTable;
