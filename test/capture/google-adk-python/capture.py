"""Google's Agent Development Kit behind OpenInference: the shop with a transfer to another agent, a confirmation that is denied, a tool
that raises, a model that is down."""

import asyncio
import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.google_adk import GoogleADKInstrumentor

    GoogleADKInstrumentor().instrument(tracer_provider=provider)


told = scripts(hand_over=[wants(("call_handoff", "transfer_to_agent", {"agent_name": "billing"}))])
# What a tool raises, and a tool that is not there, end a run of this framework.
told["failing"] = [told["support"].pop(2), "done"]
told["lost"] = [told["support"].pop(3), "done"]

with recorded(
    {"openinference": ("openinference-instrumentation-google-adk", openinference)}, ["google-adk"], told
) as server:
    from google.adk.agents import LlmAgent
    from google.adk.models import BaseLlm, LlmResponse
    from google.adk.runners import InMemoryRunner
    from google.genai import types

    class Scripted(BaseLlm):
        async def generate_content_async(self, llm_request, stream=False):
            step = server.next_step(self.model)
            if isinstance(step, int):
                raise RuntimeError(f"{step} upstream overloaded")
            calls = [] if isinstance(step, str) else [types.FunctionCall(id=id, name=name, args=args) for id, name, args in step]
            parts = [types.Part(text=step)] if isinstance(step, str) else [types.Part(function_call=call) for call in calls]
            usage = types.GenerateContentResponseUsageMetadata(prompt_token_count=10, candidates_token_count=5, total_token_count=15)
            yield LlmResponse(content=types.Content(role="model", parts=parts), usage_metadata=usage)

    async def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": get_weather(city)}

    def agent(name, tools, **more):
        return LlmAgent(name=name, description=f"does {name}", model=Scripted(model=name), tools=tools, **more)

    async def run(root):
        runner = InMemoryRunner(agent=root, app_name="shop")
        session = await runner.session_service.create_session(app_name="shop", user_id="ada", session_id=f"session-{root.name}")
        message = types.Content(role="user", parts=[types.Part(text="help Ada")])
        last = None
        try:
            async for event in runner.run_async(user_id="ada", session_id=session.id, new_message=message):
                last = event
            print(root.name, last.content.parts[0].text if last and last.content else last)
        except Exception as error:
            print(root.name, repr(error)[:200])

    async def main():
        billing = agent("billing", [lookup])
        await run(agent("support", [get_weather, refund, plan_trip], sub_agents=[billing]))
        for root in (agent("failing", [charge]), agent("lost", [lookup]), agent("broken", [])):
            await asyncio.create_task(run(root))

    asyncio.run(main())
