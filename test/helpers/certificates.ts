import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority that lives as long as a test: a certificate is for a day. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly ca: string;
  /** @param names of the subject, as `DNS:host` and `IP:address` */
  issue(commonName: string, names?: readonly string[]): Promise<KeyPair>;
  close(): Promise<void>;
}

/** By the `openssl` of the machine; rejects where there is none. */
export async function createAuthority(name: string): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), "authority-"));
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  await openssl(
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", `/CN=${name}`],
    ...["-keyout", "ca.key", "-out", "ca.pem"],
  );
  const read = (file: string) => readFile(join(folder, file), "utf8");
  return {
    ca: await read("ca.pem"),
    async issue(commonName, names = []) {
      await openssl(
        ...[
          "req",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-subj",
          `/CN=${commonName}`,
          "-keyout",
          "one.key",
          "-out",
          "one.csr",
        ],
      );
      const extensions =
        names.length > 0 ? `subjectAltName=${names.join(",")}\n` : "basicConstraints=CA:FALSE\n";
      await writeFile(join(folder, "one.ext"), extensions);
      await openssl(
        ...[
          "x509",
          "-req",
          "-in",
          "one.csr",
          "-CA",
          "ca.pem",
          "-CAkey",
          "ca.key",
          "-CAcreateserial",
          "-days",
          "1",
        ],
        ...["-extfile", "one.ext", "-out", "one.pem"],
      );
      return { key: await read("one.key"), cert: await read("one.pem") };
    },
    close: () => rm(folder, { recursive: true }),
  };
}
