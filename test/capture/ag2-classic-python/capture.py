"""AG2 before its version 1 (`autogen`): the shop as a group chat with a hand-off by a tool, a model that is down. Its own spans are made
by `autogen.opentelemetry`."""

import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import chosen, recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.ag2 import AG2Instrumentor

    AG2Instrumentor().instrument(tracer_provider=provider)


def own(provider):
    from autogen.opentelemetry import instrument_llm_wrapper

    instrument_llm_wrapper(tracer_provider=provider, capture_messages=True)


told = scripts(hand_over=[wants(("call_handoff", "to_billing", {}))], plan_trip=False)

with recorded(
    {"openinference": ("openinference-instrumentation-ag2", openinference), "own": (None, own)}, ["ag2"], told
) as server:
    from autogen import ConversableAgent, LLMConfig
    from autogen.agentchat import initiate_group_chat
    from autogen.agentchat.group import AgentTarget, ReplyResult, TerminateTarget
    from autogen.agentchat.group.patterns import DefaultPattern
    from opentelemetry import trace

    def agent(name, tools):
        config = LLMConfig({"model": name, "base_url": server.url, "api_key": "none", "max_retries": 0, "price": [0, 0], "cache_seed": None})
        return ConversableAgent(name, llm_config=config, functions=tools, human_input_mode="NEVER")

    billing = agent("billing", [lookup])

    def to_billing() -> ReplyResult:
        """Hands over to billing."""
        return ReplyResult(message="over to billing", target=AgentTarget(billing))

    support = agent("support", [get_weather, charge, refund, to_billing])
    broken = agent("broken", [])

    def chat(first, agents, text):
        pattern = DefaultPattern(initial_agent=first, agents=agents, group_after_work=TerminateTarget())
        if chosen() == "own":
            from autogen.opentelemetry import instrument_pattern

            instrument_pattern(pattern, tracer_provider=trace.get_tracer_provider())
        return initiate_group_chat(pattern=pattern, messages=text, max_rounds=24)

    for first, agents in ((support, [support, billing]), (broken, [broken])):
        try:
            result, _context, last = chat(first, agents, "help Ada")
            print("END", last.name if last else None, result.chat_history[-1]["content"][:80])
        except Exception as error:
            print(repr(error)[:300])
