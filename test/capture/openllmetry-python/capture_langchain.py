import sys

sys.path.insert(0, sys.path[0] + "/..")
from langchain_app import run_langchain_app
from opentelemetry import trace
from opentelemetry.instrumentation.langchain import LangchainInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from python_spans import SpanRecorder

recorder = SpanRecorder()
provider = TracerProvider(resource=Resource.create({"service.name": "traceloop-app"}))
provider.add_span_processor(recorder)
trace.set_tracer_provider(provider)
LangchainInstrumentor().instrument(tracer_provider=provider)
run_langchain_app({})
recorder.write(
    sys.argv[1], "traceloop", ["opentelemetry-instrumentation-langchain", "langchain", "langchain-core", "langgraph"]
)
