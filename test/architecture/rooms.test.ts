import { describe, expect, test } from "vitest";
import { type Import, importsUnder } from "./imports.js";
import { GROUND_FLOOR, ROOMS, type Room } from "./rooms.js";

const imports = ["src", "exporter"].flatMap(importsUnder);

describe("who may import whom", () => {
  test("every file is in a room", () => {
    expect(imports.filter(({ from }) => roomOf(from) === undefined)).toEqual([]);
  });

  test("every import is one that its room may make", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter((made) => !isAllowed(made)).map(sentence)).toEqual([]);
  });

  test("every room and every permission is used", () => {
    const unused = ROOMS.flatMap((room) => unusedPermissions(room));
    expect(unused).toEqual([]);
  });

  test("an import that is not in the picture would be found", () => {
    const wrong: Import[] = [
      { from: "src/event/ids.ts", to: "src/store/pool.ts", typeOnly: false },
      { from: "src/tracing/tracer.ts", to: "kafkajs", typeOnly: false },
      { from: "src/tracing/tracer.ts", to: "exporter/deliver/pipeline.ts", typeOnly: true },
      { from: "exporter/deliver/pipeline.ts", to: "@opentelemetry/sdk-trace-base", typeOnly: false },
      { from: "src/consumer/decode.ts", to: "src/http/app.ts", typeOnly: false },
      { from: "src/consumer/decode.ts", to: "src/cli/main.ts", typeOnly: false },
    ];
    expect(wrong.filter(isAllowed)).toEqual([]);
  });
});

function roomOf(file: string): Room | undefined {
  return ROOMS.filter(({ at }) => file.startsWith(at)).sort(
    (one, other) => other.at.length - one.at.length,
  )[0];
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const room = roomOf(from);
  if (room === undefined) return false;
  if (to === "node") return true;
  if (!to.endsWith(".ts"))
    return room.packages.includes(to) || (typeOnly && (room.typesOf ?? []).includes(to));
  return sharesRoom(room, to) || opensTo(room, to);
}

const sharesRoom = ({ at }: Room, to: string): boolean => to.startsWith(at);

function opensTo({ at, rooms }: Room, to: string): boolean {
  const floor = GROUND_FLOOR.includes(at) ? [] : GROUND_FLOOR;
  return [...rooms, ...floor].some((open) => to.startsWith(open));
}

function unusedPermissions({ at, rooms, packages, typesOf = [] }: Room): string[] {
  const made = imports.filter(({ from }) => roomOf(from)?.at === at);
  const uses = (open: string) =>
    made.some(({ to }) => (open.endsWith("/") || open.endsWith(".ts") ? to.startsWith(open) : to === open));
  return [...rooms, ...packages, ...typesOf]
    .filter((open) => !uses(open))
    .map((open) => `${at} does not use ${open}`);
}

const sentence = ({ from, to, typeOnly }: Import): string =>
  `${from} imports ${typeOnly ? "types of " : ""}${to}`;
