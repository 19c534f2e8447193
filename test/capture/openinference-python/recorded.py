"""Runs a program under a provider of its own and writes its spans as JSON, for from-python.mjs."""

import json
import sys
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


def recorded(file, dialect, libraries, program):
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "python-app"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    program(provider)
    provider.shutdown()
    document = {
        "file": file,
        "manifest": {
            "dialect": dialect,
            "libraries": {name: version(name) for name in libraries},
            "node": f"Python {sys.version_info.major}.{sys.version_info.minor}",
        },
        "spans": [plain(span) for span in exporter.get_finished_spans()],
    }
    print(json.dumps(document, default=str))


def plain(span):
    return {
        "name": span.name,
        "kind": span.kind.value,
        "traceId": trace.format_trace_id(span.context.trace_id),
        "spanId": trace.format_span_id(span.context.span_id),
        "parentSpanId": span.parent and trace.format_span_id(span.parent.span_id),
        "start": str(span.start_time),
        "end": str(span.end_time),
        "status": {"code": span.status.status_code.value, "message": span.status.description},
        "attributes": dict(span.attributes or {}),
        "events": [{"name": event.name, "attributes": dict(event.attributes or {})} for event in span.events],
        "resource": dict(span.resource.attributes),
        "scope": {"name": span.instrumentation_scope.name, "version": span.instrumentation_scope.version},
    }
