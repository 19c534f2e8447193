import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ.update(
    LANGSMITH_TRACING="true",
    LANGSMITH_OTEL_ENABLED="true",
    LANGSMITH_OTEL_ONLY="true",
    LANGSMITH_API_KEY="none",
    LANGSMITH_ENDPOINT="http://127.0.0.1:9",
    LANGSMITH_PROJECT="demo",
)
from langchain_app import run_langchain_app
from langsmith import Client, traceable
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from python_spans import SpanRecorder

recorder = SpanRecorder()
provider = TracerProvider(resource=Resource.create({"service.name": "langsmith-app"}))
provider.add_span_processor(recorder)
trace.set_tracer_provider(provider)
client = Client(otel_tracer_provider=provider)


@traceable(run_type="tool", client=client)
def lookup(key, limit=2):
    return {"key": key, "hits": ["a", "b"][:limit]}


@traceable(run_type="tool", client=client)
def charge(amount):
    raise TypeError("card declined: 4000")


@traceable(run_type="tool", client=client)
def greet(name):
    return f"hello {name}"


@traceable(run_type="tool", client=client)
def nothing():
    pass


@traceable(run_type="retriever", client=client)
def docs(query):
    return [{"page_content": "doc", "type": "Document", "metadata": {}}]


@traceable(client=client)
def support_agent(question):
    lookup("one")
    greet("Bo")
    nothing()
    docs("refunds")
    try:
        charge(3)
    except TypeError:
        pass
    return "sorry"


if sys.argv[2] == "agent":
    support_agent("refund?", langsmith_extra={"metadata": {"session_id": "sess-9"}})
    libraries = ["langsmith"]
else:
    from langchain_core.tracers.langchain import LangChainTracer

    run_langchain_app({"callbacks": [LangChainTracer(client=client, project_name="demo")], "metadata": {"session_id": "sess-9"}})
    libraries = ["langsmith", "langchain", "langchain-core", "langgraph"]
client.flush()
provider.force_flush()
recorder.write(sys.argv[1], "langsmith", libraries)
