import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { generateKey, readCheckpoint, signCheckpoint } from "../../../src/evidence/note.js";

const run = promisify(execFile);

const AUTHORITY = `[ tsa ]
default_tsa = clock
[ clock ]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
`;

/** The commands of the page that begin so, in their order. */
async function documented(beginning: string): Promise<string[][]> {
  const page = await readFile("docs/evidence.md", "utf8");
  return page
    .split("\n")
    .filter((line) => line.startsWith(beginning))
    .map((line) => line.split(" "));
}

test("an authority's time stamp of a checkpoint is accepted by the commands of the page, and not of a checkpoint that was changed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "agent-actions-time-stamp-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  const key = generateKey("example.com/agent-actions");
  const file = join(folder, "checkpoint");
  await writeFile(file, signCheckpoint({ size: 12, root: Buffer.alloc(32, 7) }, key));
  // The authority, which is what the address of the page stands for.
  await writeFile(join(folder, "tsa.cnf"), AUTHORITY);
  await writeFile(join(folder, "serial"), "01");
  await writeFile(join(folder, "extensions"), "extendedKeyUsage=critical,timeStamping\n");
  const made = ["-newkey", "rsa:2048", "-nodes"];
  await openssl("req", "-x509", ...made, "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "tsa-ca.pem");
  await openssl("req", ...made, "-subj", "/CN=clock", "-keyout", "clock.key", "-out", "clock.csr");
  await openssl(
    ...["x509", "-req", "-in", "clock.csr", "-CA", "tsa-ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
    ...["-extfile", "extensions", "-out", "clock.pem"],
  );

  const [query = [], verify = []] = await documented("openssl ts ");
  await openssl(...query.slice(1));
  await openssl(
    ...["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "checkpoint.tsq"],
    ...["-signer", "clock.pem", "-inkey", "clock.key", "-out", "checkpoint.tsr"],
  );
  const accepted = await openssl(...verify.slice(1));
  expect(accepted.stdout + accepted.stderr).toContain("Verification: OK");
  expect(readCheckpoint(await readFile(file, "utf8"), key.verifier)?.size).toBe(12);

  await appendFile(file, "\n");
  await expect(openssl(...verify.slice(1))).rejects.toMatchObject({
    stderr: expect.stringContaining("message imprint mismatch"),
  });
});
