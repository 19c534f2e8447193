import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { addressKind } from "../../../src/notices/send/address-kind.js";
import { checkedRequest } from "../../../src/notices/send/checked-request.js";
import { postWebhook } from "../../../src/notices/send/webhook.js";

async function serverThat(status: number, headers: Record<string, string> = {}) {
  const requests: { body: string; headers: IncomingMessage["headers"] }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ body: await text(request), headers: request.headers });
    response.writeHead(status, headers).end("x".repeat(10));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, requests };
}

const post = (url: string, allowPrivate = true) =>
  postWebhook({ url, body: '{"a":1}', id: "n:1", allowPrivate, timeoutMillis: 5_000 });

describe("addresses", () => {
  test.each([
    ["93.184.216.34", "public"],
    ["2606:2800:220:1:248:1893:25c8:1946", "public"],
    ["10.1.2.3", "private"],
    ["127.0.0.1", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.1", "public"],
    ["192.168.0.1", "private"],
    ["100.64.0.1", "private"],
    ["::1", "private"],
    ["fd00::1", "private"],
    ["169.254.169.254", "forbidden"],
    ["0.0.0.0", "forbidden"],
    ["224.0.0.1", "forbidden"],
    ["255.255.255.255", "forbidden"],
    ["::", "forbidden"],
    ["fe80::1", "forbidden"],
    ["fe80::1%eth0", "forbidden"],
    ["ff02::1", "forbidden"],
    ["::ffff:169.254.169.254", "forbidden"],
    ["::ffff:a9fe:a9fe", "forbidden"],
    ["::ffff:127.0.0.1", "private"],
    ["::127.0.0.1", "private"],
    ["64:ff9b::a9fe:a9fe", "forbidden"],
    ["64:ff9b::5db8:d822", "public"],
    ["2002:7f00:1::", "private"],
    ["2002:a9fe:a9fe::1", "forbidden"],
    ["2002:5db8:d822::1", "public"],
    ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "forbidden"],
    ["64:ff9b:1::a9fe:a9fe", "forbidden"],
    ["64:ff9b:1:ffff::5db8:d822", "forbidden"],
    ["::ffff:0:a9fe:a9fe", "forbidden"],
    ["2606:4700::5efe:7f00:1", "private"],
    ["2606:4700::200:5efe:a9fe:a9fe", "forbidden"],
    ["not an address", "forbidden"],
  ])("%s is %s", (address, kind) => expect(addressKind(address)).toBe(kind));
});

describe("a webhook", () => {
  test("gets the body and the id, and acknowledges with a 2xx", async () => {
    const { port, requests } = await serverThat(204);
    await post(`http://127.0.0.1:${port}/hook`);
    expect(requests).toMatchObject([
      {
        body: '{"a":1}',
        headers: { "idempotency-key": "n:1", "content-type": "application/json", host: `127.0.0.1:${port}` },
      },
    ]);
  });

  test("by a name, the connection goes to the address that was checked", async () => {
    const { port, requests } = await serverThat(200);
    await post(`http://localhost:${port}/hook`);
    expect(requests).toMatchObject([{ headers: { host: `localhost:${port}` } }]);
  });

  test("nothing is sent into a private network unless that is allowed, and nothing to link-local addresses in any case", async () => {
    const { port, requests } = await serverThat(200);
    await expect(post(`http://127.0.0.1:${port}/`, false)).rejects.toThrow(
      "allowPrivate: true in alerts.yaml",
    );
    await expect(post(`http://localhost:${port}/`, false)).rejects.toThrow(
      "allowPrivate: true in alerts.yaml",
    );
    await expect(post(`http://[::ffff:127.0.0.1]:${port}/`, false)).rejects.toThrow(
      "allowPrivate: true in alerts.yaml",
    );
    await expect(post("http://169.254.169.254/latest/meta-data")).rejects.toThrow("nothing may be sent to");
    // Other ways to write 127.0.0.1 and 169.254.169.254.
    await expect(post(`http://2130706433:${port}/`, false)).rejects.toThrow("allowPrivate");
    await expect(post("http://0xa9fea9fe/")).rejects.toThrow("nothing may be sent to");
    expect(requests).toEqual([]);
  });

  test("a name server that does not respond holds nobody up", async () => {
    const never = new Promise<never>(() => undefined);
    await expect(
      checkedRequest({
        url: "https://hooks.example/secret-token",
        method: "POST",
        body: "{}",
        allowPrivate: false,
        timeoutMillis: 20,
        resolve: () => never,
      }),
    ).rejects.toThrow(/^it did not respond in time$/);
  });

  test("every address that a name has is checked, not only the first", async () => {
    const addresses = [
      { address: "93.184.216.34", family: 4 },
      { address: "169.254.169.254", family: 4 },
    ];
    const request = {
      url: "https://hooks.example/",
      method: "POST",
      body: "{}",
      allowPrivate: true,
    } as const;
    await expect(checkedRequest({ ...request, resolve: async () => addresses })).rejects.toThrow(
      "nothing may be sent to",
    );
  });

  test("a redirect is not followed", async () => {
    const goal = await serverThat(200);
    const { port } = await serverThat(307, { location: `http://127.0.0.1:${goal.port}/` });
    await expect(post(`http://127.0.0.1:${port}/`)).rejects.toThrow("redirect (307)");
    expect(goal.requests).toEqual([]);
  });

  test("says what went wrong, and not the address, which may be a secret", async () => {
    const { port } = await serverThat(500);
    await expect(post(`http://127.0.0.1:${port}/secret-token`)).rejects.toThrow(/^it responded with 500$/);
    await expect(post("http://127.0.0.1:1/secret-token")).rejects.toThrow(
      /^it cannot be reached: ECONNREFUSED$/,
    );
    await expect(post("http://no-such-name.invalid/secret-token")).rejects.toThrow(
      /^its name cannot be resolved$/,
    );
  });
});
