"""What the programs in *-python/ have in common: `python capture.py dump.json openinference|openllmetry|own`.

    with recorded("crewai", {"openinference": instrument, ...}, ["crewai"], scripts(...)) as server:
        ... what the agents do ...
"""

import sys
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from python_spans import SpanRecorder
from scripted_openai import ScriptedOpenAI

def openlit(_provider):
    import openlit

    http = ["httpx", "requests", "urllib", "urllib3", "aiohttp-client", "asyncio"]
    openlit.init(application_name="shop-app", environment="test", otlp_endpoint=None, disable_metrics=True, disable_events=True, disabled_instrumentors=http)


def langfuse(provider):
    from langfuse import Langfuse

    Langfuse(public_key="pk-lf-0", secret_key="sk-lf-0", host="http://127.0.0.1:9", tracer_provider=provider)


SHARED = {"openlit": ("openlit", openlit), "langfuse": ("langfuse", langfuse)}
DIALECTS = {"langfuse": "langfuse", "openlit": "gen-ai", "logfire": "logfire", "langsmith": "langsmith", "openinference": "openinference", "openllmetry": "traceloop", "otel": "gen-ai", "own": "gen-ai"}


def chosen():
    return sys.argv[2]


@contextmanager
def recorded(instrumentations, libraries, scripts):
    """`instrumentations`: by name, the package that makes the spans and what switches it on for a provider."""
    package, instrument = {**SHARED, **instrumentations}[chosen()]
    recorder = SpanRecorder()
    provider = TracerProvider(resource=Resource.create({"service.name": "shop-app"}))
    provider.add_span_processor(recorder)
    trace.set_tracer_provider(provider)
    instrument(provider)
    with ScriptedOpenAI(scripts) as server:
        yield server
    recorder.write(sys.argv[1], DIALECTS[chosen()], [*([package] if package else []), *libraries])
