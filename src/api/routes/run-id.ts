import { correlationId } from "../../event/index.js";
import { badParameter, Problem } from "../problem.js";
import { isReadable } from "../query/parameter.js";

/** The correlation id of the run that a path names: a UUID, a trace id, or the text that its producer gave. */
export function runId({ run = "" }: Readonly<Record<string, string>>): string {
  if (run.trim() === "" || !isReadable(run))
    throw badParameter("run", "has to be a text of a reasonable length");
  return correlationId(run).uuid;
}

export function unknownRun({ run = "" }: Readonly<Record<string, string>>): Problem {
  return new Problem(
    404,
    `There are no actions of a run ${JSON.stringify(run.slice(0, 200))}. Runs are called by their correlation id: a UUID, a trace id, or the text that the producer gave. GET /api/v1/runs?last=all lists them; the first row of a run comes when its first action has ended or says that it runs.`,
  );
}
