import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Order, Report } from "./measured-agent.js";

const PROGRAM = fileURLToPath(new URL("measured-agent.ts", import.meta.url));

/** One measurement in a process of its own. */
export function runAgent(order: Order): Promise<Report> {
  return new Promise((resolve, reject) => {
    const agent = fork(PROGRAM, { execArgv: ["--import", "tsx"] });
    let report: Report | undefined;
    agent.once("message", (message) => {
      report = message as Report;
    });
    agent.once("error", reject);
    agent.once("exit", (code, signal) => {
      if (report && code === 0) resolve(report);
      else reject(new Error(`The agent of "${order.variant}" ended with ${signal ?? code} and no report.`));
    });
    agent.send(order);
  });
}
