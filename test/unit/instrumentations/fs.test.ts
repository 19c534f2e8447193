import * as fs from "node:fs";
import fsDefault, { mkdtempSync, rmSync } from "node:fs";
import * as fsPromises from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { context, trace } from "@opentelemetry/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ActionLogger, traceTool } from "../../../src/index.js";
import { FsInstrumentation } from "../../../src/instrumentations/fs.js";
import { fileOperationOf } from "../../../src/store/file-operation.js";
import { resolveFileTools } from "../../../src/store/file-tools.js";
import { recording } from "./recording.js";

const recorded = recording();
const before = { ...fsDefault, promises: { ...fsDefault.promises } };
const instrumentation = new FsInstrumentation();

let folder: string;
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-files-"));
});
afterAll(() => {
  instrumentation.disable();
  rmSync(folder, { recursive: true });
});

/** As an agent that calls a tool. */
const inTool = <T>(fn: () => T): T => traceTool("work", fn, { agentName: "writer" })();
const files = () => recorded.rows().filter(({ action_name }) => action_name !== "work");
const operations = () =>
  files().map((row) => {
    const { tool_parameters, tool_result, success, error_message } = (row.action_details ?? {}) as Record<
      string,
      unknown
    >;
    return [row.action_name, tool_parameters, tool_result, success, error_message];
  });

describe("what an agent does to files", () => {
  test("by promises is recorded with paths and sizes, inside the tool, and without contents", async () => {
    await inTool(async () => {
      await fsPromises.writeFile(path("a.txt"), "secret é");
      expect(await fsPromises.readFile(path("a.txt"), "utf8")).toBe("secret é");
      await fsPromises.appendFile(path("a.txt"), Buffer.from("more"));
      await fsPromises.copyFile(path("a.txt"), path("b.txt"));
      await fsPromises.rename(path("b.txt"), path("c.txt"));
      expect(await fsPromises.readdir(folder)).toEqual(["a.txt", "c.txt"]);
      await fsPromises.unlink(path("c.txt"));
    });
    expect(operations()).toEqual([
      ["Write", { file_path: path("a.txt") }, { bytes_written: 9 }, true, undefined],
      ["Read", { file_path: path("a.txt") }, { bytes_read: 9 }, true, undefined],
      ["Edit", { file_path: path("a.txt"), operation: "append" }, { bytes_written: 4 }, true, undefined],
      [
        "Write",
        { file_path: path("b.txt"), operation: "copy", source_path: path("a.txt") },
        null,
        true,
        undefined,
      ],
      [
        "Edit",
        { file_path: path("b.txt"), operation: "rename", new_path: path("c.txt") },
        null,
        true,
        undefined,
      ],
      ["Glob", { file_path: folder, operation: "list" }, { matches: 2 }, true, undefined],
      ["Delete", { file_path: path("c.txt") }, null, true, undefined],
    ]);
    const tool = recorded.named("execute_tool work").spanContext().spanId;
    expect(new Set(files().map((row) => row.parent_span_id))).toEqual(new Set([tool]));
    expect(new Set(files().map((row) => row.agent_name))).toEqual(new Set(["writer"]));
    expect(JSON.stringify(recorded.spans().map((span) => span.attributes))).not.toContain("secret");
  });

  test("by callbacks and synchronously as well, once each, though Node does some of it by other functions", async () => {
    await inTool(async () => {
      await new Promise<void>((resolve, reject) => {
        fs.appendFile(path("d.txt"), "1", (error) => (error ? reject(error) : resolve()));
      });
      expect(await promisify(fs.readFile)(path("d.txt"), "utf8")).toBe("1");
      fs.appendFileSync(path("d.txt"), "2");
      expect(fs.readFileSync(pathToFileURL(path("d.txt")), "utf8")).toBe("12");
      fs.rmSync(path("d.txt"));
    });
    expect(
      operations().map(([name, parameters]) => [name, (parameters as { file_path: string }).file_path]),
    ).toEqual([
      ["Edit", path("d.txt")],
      ["Read", path("d.txt")],
      ["Edit", path("d.txt")],
      ["Read", path("d.txt")],
      ["Delete", path("d.txt")],
    ]);
  });

  test("by streams is recorded when they close, with all their bytes", async () => {
    await inTool(async () => {
      const stream = fs.createWriteStream(path("e.txt"));
      stream.end("streamed");
      await new Promise<void>((resolve) => stream.once("close", resolve));
      const reading = fs.createReadStream(path("e.txt"));
      expect(await text(reading)).toBe("streamed");
      if (!reading.closed) await new Promise<void>((resolve) => reading.once("close", resolve));
    });
    expect(operations()).toEqual([
      ["Write", { file_path: path("e.txt") }, { bytes_written: 8 }, true, undefined],
      ["Read", { file_path: path("e.txt") }, { bytes_read: 8 }, true, undefined],
    ]);
  });

  test("that fails is recorded as that, and the agent gets the error as it was", async () => {
    const missing = path("missing.txt");
    await inTool(async () => {
      await expect(fsPromises.readFile(missing)).rejects.toMatchObject({ code: "ENOENT", path: missing });
      expect(() => fs.readFileSync(missing)).toThrow("ENOENT");
      const told = new Promise((resolve) => fs.readFile(missing, (error) => resolve(error?.code)));
      expect(await told).toBe("ENOENT");
      expect(() => fs.readFile(missing, "utf8", undefined as never)).toThrow(TypeError);
    });
    expect(files().map(({ status, error_type }) => [status, error_type])).toEqual([
      ["error", "ENOENT"],
      ["error", "ENOENT"],
      ["error", "ENOENT"],
    ]);
  });

  test("makes a row of agent_file_operations", async () => {
    await inTool(() => fsPromises.writeFile(path("new.ts"), "x", { flag: "wx" }));
    const [row] = files();
    expect(fileOperationOf(row as never, resolveFileTools())).toMatchObject({
      operation_type: "create",
      file_path: path("new.ts"),
      file_extension: "ts",
      bytes_written: 1,
      success: true,
      tool_name: "Write",
    });
  });
});

describe("is not recorded", () => {
  const read = () => fs.readFileSync(import.meta.filename, "utf8").length;

  test("what happens outside of any agent, or inside a span of another sort", () => {
    read();
    trace.getTracer("app").startActiveSpan("GET /", (span) => {
      read();
      span.end();
    });
    expect(files()).toEqual([]);
  });

  test("what a tool does that is itself called Read or Write: that is the same operation", () => {
    traceTool("Read", read)();
    expect(recorded.rows()).toHaveLength(1);
  });

  test("what Node reads to load a module", () => {
    const require = createRequire(import.meta.url);
    fs.writeFileSync(path("loaded.cjs"), "module.exports = 5");
    expect(inTool(() => require(path("loaded.cjs")))).toBe(5);
    expect(files()).toEqual([]);
  });

  test("what is done by an open file, whose path nobody says", async () => {
    await inTool(async () => {
      const handle = await fsPromises.open(import.meta.filename);
      await fsPromises.readFile(handle);
      await handle.close();
    });
    expect(files()).toEqual([]);
  });

  test("anything while tracing is suppressed", () => {
    const suppressed = context
      .active()
      .setValue(Symbol.for("OpenTelemetry SDK Context Key SUPPRESS_TRACING"), true);
    context.with(suppressed, () => inTool(read));
    expect(recorded.spans()).toEqual([]);
  });
});

test("spans of others count, where they say that they are an agent's", () => {
  const logger = new ActionLogger({ agentName: "reader" });
  const tracer = trace.getTracer("others");
  const within = (attributes: Record<string, string>) =>
    tracer.startActiveSpan("other", { attributes }, (span) => {
      fs.existsSync(folder);
      fs.readdirSync(folder);
      span.end();
    });
  within({ "openinference.span.kind": "TOOL" });
  within({ "ai.toolCall.name": "list" });
  within({ "traceloop.span.kind": "agent" });
  within({ "openinference.span.kind": "LLM" });
  logger.task("look", () => within({}));
  expect(recorded.spans().filter(({ name }) => name === "execute_tool Glob")).toHaveLength(4);
});

test("disable() puts back everything as it was, for every form of import", () => {
  expect(fs.readFileSync).not.toBe(before.readFileSync);
  instrumentation.disable();
  expect({ ...fsDefault, promises: { ...fsDefault.promises } }).toEqual(before);
  expect(fs.readFileSync).toBe(before.readFileSync);
  expect(fsPromises.readFile).toBe(before.promises.readFile);
  inTool(() => fs.readFileSync(import.meta.filename));
  expect(files()).toEqual([]);
  instrumentation.enable();
  inTool(() => fs.readFileSync(import.meta.filename));
  expect(files()).toHaveLength(1);
});
