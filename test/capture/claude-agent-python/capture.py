"""The Claude Agent SDK: the shop with tools of its own process, a sub-agent, a call that is denied, a model that refuses. Its program runs
in an empty home, against a server on loopback."""

import asyncio
import os
import sys
import tempfile

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import DIALECTS, chosen  # noqa: E402
from scripted_anthropic import ScriptedAnthropic  # noqa: E402
from shop_app import DECLINED  # noqa: E402


def wants(*calls):
    return list(calls)


scripts = {
    "support": [
        wants(("toolu_paris", "mcp__shop__get_weather", {"city": "Paris"})),
        wants(("toolu_rome_1", "mcp__shop__get_weather", {"city": "Rome"}), ("toolu_rome_2", "mcp__shop__get_weather", {"city": "Rome"})),
        wants(("toolu_charge", "mcp__shop__charge", {"amount": 3})),
        wants(("toolu_refund", "mcp__shop__refund", {"order": 9})),
        wants(("toolu_unknown", "no_such_tool", {"x": 1})),
        wants(("toolu_args", "mcp__shop__get_weather", {"town": "Oslo"})),
        wants(("toolu_read", "Read", {"file_path": "no-such-file.txt"})),
        wants(("toolu_pay", "mcp__shop__pay", {"amount": 9})),
        wants(("toolu_handoff", "Task", {"description": "refund", "prompt": "refund order 9", "subagent_type": "billing", "run_in_background": False})),
        "all done",
    ],
    "billing": [wants(("toolu_lookup", "mcp__shop__lookup", {"key": "k1"})), "refunded"],
    "broken": [400],
}


async def main(server):
    from claude_agent_sdk import (
        AgentDefinition,
        ClaudeAgentOptions,
        ClaudeSDKClient,
        PermissionResultAllow,
        PermissionResultDeny,
        create_sdk_mcp_server,
        tool,
    )

    def text(words, **more):
        return {"content": [{"type": "text", "text": words}], **more}

    @tool("get_weather", "The weather of a city.", {"city": str})
    async def get_weather(args):
        return text(f'{{"city": "{args["city"]}", "tempC": 21}}')

    @tool("charge", "Charges the card.", {"amount": int})
    async def charge(args):
        raise ValueError(DECLINED)

    @tool("refund", "Refunds an order.", {"order": int})
    async def refund(args):
        return text("no such order", is_error=True)

    @tool("lookup", "Looks a key up.", {"key": str})
    async def lookup(args):
        return text(f"value of {args['key']}")

    @tool("pay", "Pays an amount.", {"amount": int})
    async def pay(args):
        return text(f"paid {args['amount']}")

    async def ask(name, _input, _context):
        return PermissionResultDeny(message="too much") if name.endswith("pay") else PermissionResultAllow()

    home = tempfile.mkdtemp()
    env = {
        "HOME": home,
        "CLAUDE_CONFIG_DIR": f"{home}/.claude",
        "ANTHROPIC_BASE_URL": server.url,
        "ANTHROPIC_API_KEY": "none",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_AUTOUPDATER": "1",
    }
    options = ClaudeAgentOptions(
        mcp_servers={"shop": create_sdk_mcp_server("shop", tools=[get_weather, charge, refund, lookup, pay])},
        agents={"billing": AgentDefinition(description="Refunds.", prompt="You are billing. script:billing")},
        can_use_tool=ask,
        cwd=home,
        env=env,
        setting_sources=[],
        max_turns=20,
    )
    for name in ("support", "broken"):
        async with ClaudeSDKClient(options=options) as client:
            await client.query(f"help Ada script:{name}")
            async for message in client.receive_response():
                print(type(message).__name__, str(getattr(message, "content", ""))[:200])


for name in [name for name in os.environ if name.startswith(("CLAUDE", "ANTHROPIC", "MCP"))]:
    del os.environ[name]

from opentelemetry.sdk.resources import Resource  # noqa: E402
from opentelemetry.sdk.trace import TracerProvider  # noqa: E402
from python_spans import SpanRecorder  # noqa: E402

recorder = SpanRecorder()
if chosen() == "logfire":
    import logfire

    package = "logfire"
    logfire.configure(
        send_to_logfire=False,
        console=False,
        service_name="shop-app",
        inspect_arguments=False,
        additional_span_processors=[recorder],
    )
    logfire.instrument_claude_agent_sdk()
else:
    from openinference.instrumentation.claude_agent_sdk import ClaudeAgentSDKInstrumentor

    package = "openinference-instrumentation-claude-agent-sdk"
    provider = TracerProvider(resource=Resource.create({"service.name": "shop-app"}))
    provider.add_span_processor(recorder)
    ClaudeAgentSDKInstrumentor().instrument(tracer_provider=provider)
with ScriptedAnthropic(scripts) as server:
    asyncio.run(main(server))
recorder.write(sys.argv[1], DIALECTS[chosen()], [package, "claude-agent-sdk"])
