import { expect, test } from "vitest";
import { KnownShares } from "../../../src/access/known-shares.js";
import { secretDigest } from "../../../src/store/access-tokens.js";

const DIGEST = secretDigest("aas_one");
const SHARE = { id: "1", correlation_id: "run", projects: null };

test("the table is asked once in a few seconds, and a link that is revoked meanwhile shows nothing after that", async () => {
  let asked = 0;
  let now = 0;
  let isRevoked = false;
  const shares = new KnownShares(
    async () => {
      asked++;
      return isRevoked ? undefined : SHARE;
    },
    () => now,
  );
  await Promise.all([shares.find(DIGEST), shares.find(DIGEST)]);
  expect(await shares.find(DIGEST)).toMatchObject({ name: "share:1", scopes: ["read"], run: "run" });
  expect(asked).toBe(1);
  isRevoked = true;
  now = 5_001;
  expect(await shares.find(DIGEST)).toBeUndefined();
  expect(asked).toBe(2);
});

test("a Postgres that is away is said so, and is asked again", async () => {
  let isAway = true;
  const shares = new KnownShares(async () => {
    if (isAway) throw new Error("away");
    return SHARE;
  });
  await expect(shares.find(DIGEST)).rejects.toMatchObject({ status: 503 });
  isAway = false;
  expect(await shares.find(DIGEST)).toMatchObject({ run: "run" });
});

test("whoever asks with a thousand secrets fills no memory", async () => {
  let asked = 0;
  const shares = new KnownShares(async () => {
    asked++;
    return undefined;
  });
  for (let number = 0; number <= 1_000; number++) await shares.find(secretDigest(String(number)));
  await shares.find(secretDigest("0"));
  expect(asked).toBe(1_002);
});
