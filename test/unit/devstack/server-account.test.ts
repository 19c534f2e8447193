import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { barrierFor, serverAccount } from "../../../src/devstack/server-account.js";
import { temporaryFolder } from "./temporary-folder.js";

const SOMEBODY = { name: "somebody", uid: 4_242, gid: 4_242 };

test("only root needs another account, and it is not root's", async () => {
  const account = await serverAccount();
  if (process.getuid?.() === 0) expect(account?.uid).toBeGreaterThan(0);
  else expect(account).toBeUndefined();
});

test("the outermost folder that bars the way is named", async () => {
  const outer = await temporaryFolder();
  const inner = join(outer, "inner");
  await mkdir(inner, { mode: 0o700 });
  expect(await barrierFor(SOMEBODY, inner)).toBe(outer);
  await chmod(outer, 0o711);
  expect(await barrierFor(SOMEBODY, inner)).toBe(inner);
  await chmod(inner, 0o711);
  expect(await barrierFor(SOMEBODY, inner)).toBeUndefined();
});

test("what belongs to the account is judged by the owner's rights, what belongs to its group by the group's", async () => {
  const folder = await temporaryFolder();
  const { uid = 0, gid = 0 } = { uid: process.getuid?.(), gid: process.getgid?.() };
  await chmod(folder, 0o677);
  expect(await barrierFor({ name: "owner", uid, gid }, folder)).toBe(folder);
  await chmod(folder, 0o701);
  expect(await barrierFor({ name: "colleague", uid: 4_242, gid }, folder)).toBe(folder);
});
