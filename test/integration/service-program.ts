/** A program like `agent-actions consume`: the service until a signal comes. Settings are in the environment. */
import { catchInterrupts } from "../../src/cli/framework/interruption.js";
import { startService } from "../../src/service.js";

// As the command does, before anything of the service can be seen from outside: its address is in its output before `startService` is back.
const interruption = catchInterrupts();
const service = await startService({ signal: interruption.signal });
const reason = await service.done;
interruption.stopListening();
// No `process.exit`: that the process ends shows that nothing was left open.
process.exitCode = reason === undefined ? 0 : 1;
