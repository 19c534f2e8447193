import { expect, test } from "vitest";
import { AgentActionSpanProcessor, registeredProcessor } from "../../../exporter/index.js";
import { isRegistered, setRegistered } from "../../../exporter/registration/registered-processor.js";
import { FakeTransport } from "./fake-transport.js";

test("there is a processor to ask once register has made one, and the place is taken before", () => {
  expect([isRegistered(), registeredProcessor()]).toEqual([false, undefined]);
  setRegistered();
  expect([isRegistered(), registeredProcessor()]).toEqual([true, undefined]);
  const processor = new AgentActionSpanProcessor({ transport: new FakeTransport(), flushOnExit: false });
  setRegistered(processor);
  expect(registeredProcessor()?.stats()).toMatchObject({ ended: 0, acked: 0 });
});
