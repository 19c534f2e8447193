import { ATTR_ACTION_NAME, ATTR_ACTION_TYPE, ATTR_DETAILS } from "../event/semconv.js";
import { detailsText } from "./details-text.js";
import type { LoggedSpan } from "./log-span.js";
import type { LogTimes } from "./log-times.js";
import { nameText } from "./name-text.js";

/** Something that was done. */
export interface LoggedSuccess extends LogTimes {
  readonly successName: string;
  readonly successDetails?: unknown;
}

export function loggedSuccess(success: LoggedSuccess): LoggedSpan {
  const name = nameText(success.successName, "unknown-success");
  return {
    spanName: `success ${name}`,
    attributes: { [ATTR_ACTION_TYPE]: "success", [ATTR_ACTION_NAME]: name },
    content: () => ({ [ATTR_DETAILS]: detailsText(success.successDetails) }),
    times: success,
  };
}
