import { reportProblem } from "./problems.js";

/** Runs telemetry's own work. What it throws is reported as the given problem and answered by `undefined`. */
export function quietly<T>(problem: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    reportProblem(problem, error);
    return undefined;
  }
}
