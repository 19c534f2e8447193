/** A program like `agent-actions consume`: the service until a signal comes. Settings are in the environment. */
import { catchInterrupts } from "../../src/cli/framework/interruption.js";
import { startService } from "../../src/service.js";

const service = await startService();
const interruption = catchInterrupts();
interruption.onSignal(() => void service.stop().catch(() => undefined));
const reason = await service.done;
interruption.stopListening();
// No `process.exit`: that the process ends shows that nothing was left open.
process.exitCode = reason === undefined ? 0 : 1;
