import { createServer } from "node:net";
import { freePort } from "../../internal/free-port.js";

export const USUAL_PORT = 8080;

/** The usual port when nobody has it, else any free one. */
export async function choosePort(): Promise<number> {
  return (await isFree(USUAL_PORT)) ? USUAL_PORT : freePort();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    // All interfaces: somebody who listens on them has the port too, and the loopback alone might not notice.
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
