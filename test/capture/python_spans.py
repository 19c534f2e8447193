"""Keeps the spans of a Python program, and writes them as from-python.mjs reads them."""

import json
import sys
from importlib.metadata import version

from opentelemetry.sdk.trace import SpanProcessor


class SpanRecorder(SpanProcessor):
    def __init__(self):
        self.steps = {}
        self.spans = []
        self.step = 0

    def _next(self):
        self.step += 1
        return self.step - 1

    def on_start(self, span, parent_context=None):
        self.steps[span.context.span_id] = [self._next()]

    def on_end(self, span):
        self.steps[span.context.span_id].append(self._next())
        self.spans.append(span)

    def write(self, path, dialect, libraries):
        told = {
            "dialect": dialect,
            "libraries": {name: version(name) for name in libraries},
            "python": sys.version.split()[0],
            "spans": [self._told(span) for span in self.spans],
        }
        with open(path, "w") as file:
            json.dump(told, file, default=str)

    def _told(self, span):
        return {
            "traceId": f"{span.context.trace_id:032x}",
            "spanId": f"{span.context.span_id:016x}",
            "parentSpanId": f"{span.parent.span_id:016x}" if span.parent else None,
            "name": span.name,
            "kind": span.kind.value,
            "attributes": dict(span.attributes or {}),
            "events": [
                {"name": event.name, "attributes": {key: shortened(key, value) for key, value in event.attributes.items()}}
                for event in span.events
            ],
            "status": {"code": span.status.status_code.value, "message": span.status.description},
            "resource": dict(span.resource.attributes),
            "scope": {"name": span.instrumentation_scope.name, "version": span.instrumentation_scope.version},
            "steps": self.steps[span.context.span_id],
        }


def shortened(key, value):
    """The end of a stack is what tells; the rest are the library's own lines."""
    return "\n".join(str(value).splitlines()[-3:]) if key == "exception.stacktrace" else value
