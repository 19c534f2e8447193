/** A program like `agent-actions consume`: the service until a signal comes. Settings are in the environment. */
import { stopOnSignals } from "../../src/internal/stop-on-signals.js";
import { startService } from "../../src/service.js";

const service = await startService();
const forget = stopOnSignals(() => void service.stop().catch(() => undefined));
const reason = await service.done;
forget();
// No `process.exit`: that the process ends shows that nothing was left open.
process.exitCode = reason === undefined ? 0 : 1;
