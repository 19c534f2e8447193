import { type ActionLogger, traceTool, traceTools } from "otel-agent-actions";

const countWords = traceTool("CountWords", (text: string) => text.split(/\s+/).length);

const calculator = traceTools({
  add: (a: number, b: number) => a + b,
  divide(a: number, b: number) {
    if (b === 0) throw new RangeError("Division by zero");
    return a / b;
  },
});

/** Tools that were wrapped where they are defined are called as before: the same types, `this` and return kind. */
export function wrappedTools(logger: ActionLogger): void {
  logger.within(() => {
    countWords("three small words");
    calculator.add(19, 23);
    try {
      calculator.divide(1, 0);
    } catch (error) {
      console.log(`  recovered from ${(error as Error).name}`);
    }
  });
}
