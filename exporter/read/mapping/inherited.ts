import { type CorrelationId, correlationId, sanitizeText } from "../../../src/event/index.js";
import {
  ATTR_CORRELATION_ID,
  ATTR_DEBUG_MODE,
  ATTR_PROJECT_NAME,
  ATTR_PROJECT_PATH,
  ATTR_WORKING_DIRECTORY,
} from "../../../src/event/semconv.js";
import { booleanAt, textAt } from "../dialects/common/attributes.js";
import type { Dialect } from "../dialects/dialect.js";
import type { ReadableSpan } from "../sdk-types.js";

/** A span and the spans around it, nearest first: what is said of one holds for all inside it. */
export type Lineage = readonly [span: ReadableSpan, ...ancestors: ReadableSpan[]];

/** The agent's name, on the span or on the nearest span around it that names one, in any dialect. */
export function agentNameOf(lineage: Lineage, dialects: readonly Dialect[]): string | undefined {
  return nearest(lineage, (span) => firstOf(dialects, (dialect) => spoken(dialect.agentName(span))));
}

/** The conversation, session or thread, found in the same way. */
export function sessionIdOf(lineage: Lineage, dialects: readonly Dialect[]): string | undefined {
  return nearest(lineage, (span) => firstOf(dialects, (dialect) => spoken(dialect.sessionId(span))));
}

// A dialect may take a name from a span whose name is empty.
const spoken = (text: string | undefined): string | undefined => (text?.trim() ? text : undefined);

/**
 * Our own attribute of the span, else what held where it began, else the attribute of the nearest span around it, else the trace id,
 * which is a UUID's 128 bits.
 */
export function correlationOf(lineage: Lineage, contextCorrelationId?: string): CorrelationId {
  const own = textAt(lineage[0].attributes, ATTR_CORRELATION_ID);
  const text = own ?? contextCorrelationId ?? ownText(lineage, ATTR_CORRELATION_ID);
  return correlationId(text === undefined ? lineage[0].spanContext().traceId : sanitizeText(text));
}

/** Where the agent works, as our API wrote it. */
export interface ProjectContext {
  readonly projectPath: string | undefined;
  readonly projectName: string | undefined;
  readonly workingDirectory: string | undefined;
  readonly debugMode: boolean | undefined;
}

export function projectContextOf(lineage: Lineage): ProjectContext {
  return {
    projectPath: ownText(lineage, ATTR_PROJECT_PATH),
    projectName: ownText(lineage, ATTR_PROJECT_NAME),
    workingDirectory: ownText(lineage, ATTR_WORKING_DIRECTORY),
    debugMode: nearest(lineage, ({ attributes }) => booleanAt(attributes, ATTR_DEBUG_MODE)),
  };
}

const ownText = (lineage: Lineage, key: string): string | undefined =>
  nearest(lineage, ({ attributes }) => textAt(attributes, key));

// An ancestor may be a live span of somebody else's making: one that cannot be read says nothing.
function nearest<Value>(
  lineage: Lineage,
  read: (span: ReadableSpan) => Value | undefined,
): Value | undefined {
  return firstOf(lineage, (span) => {
    try {
      return read(span);
    } catch {
      return undefined;
    }
  });
}

function firstOf<Item, Value>(
  items: readonly Item[],
  read: (item: Item) => Value | undefined,
): Value | undefined {
  for (const item of items) {
    const value = read(item);
    if (value !== undefined) return value;
  }
  return undefined;
}
