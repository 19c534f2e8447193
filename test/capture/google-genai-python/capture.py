"""Google's GenAI SDK, which calls functions by itself: the shop behind OpenTelemetry's instrumentation, in which an agent is a function's own doing."""

import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "span_only"

from opentelemetry import trace  # noqa: E402
from opentelemetry.sdk.resources import Resource  # noqa: E402
from opentelemetry.sdk.trace import TracerProvider  # noqa: E402
from python_spans import SpanRecorder  # noqa: E402
from scripted_gemini import ScriptedGemini  # noqa: E402
from scripted_openai import wants  # noqa: E402
from shop_app import charge, get_weather, lookup, refund, scripts  # noqa: E402

recorder = SpanRecorder()
provider = TracerProvider(resource=Resource.create({"service.name": "shop-app"}))
provider.add_span_processor(recorder)
trace.set_tracer_provider(provider)

from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor  # noqa: E402

GoogleGenAiSdkInstrumentor().instrument(tracer_provider=provider)
told = scripts(hand_over=[wants(("call_handoff", "ask_billing", {"task": "refund order 9"}))])
# An unknown tool ends a run of this library.
told["lost"] = [told["support"].pop(4), "done"]

with ScriptedGemini(told) as server:
    from google import genai
    from google.genai import types

    client = genai.Client(api_key="none", http_options=types.HttpOptions(base_url=server.url, retry_options=types.HttpRetryOptions(attempts=1)))

    def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": get_weather(city)}

    def chat(name, tools, turns=20):
        limit = types.AutomaticFunctionCallingConfig(maximum_remote_calls=turns)
        config = types.GenerateContentConfig(tools=tools, automatic_function_calling=limit)
        return client.models.generate_content(model=name, contents="help Ada", config=config).text

    def ask_billing(task: str) -> str:
        """Asks billing."""
        return chat("billing", [lookup])

    for name in ("support", "lost", "broken"):
        try:
            print(chat(name, [get_weather, charge, refund, plan_trip, ask_billing]))
        except Exception as error:
            print(type(error).__name__, str(error)[:200])

recorder.write(sys.argv[1], "gen-ai", ["opentelemetry-instrumentation-google-genai", "google-genai"])
