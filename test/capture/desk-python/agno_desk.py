"""The help desk by Agno: a team that routes, agents that stream, an agent as a tool."""

import asyncio
import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ["AGNO_TELEMETRY"] = "false"

from desk_app import close_ticket, count_tickets, export_all, notify, open_ticket, scripts, search_docs  # noqa: E402
from recorded_python import recorded  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.agno import AgnoInstrumentor

    AgnoInstrumentor().instrument(tracer_provider=provider)


with recorded(
    {"openinference": ("openinference-instrumentation-agno", openinference)},
    ["agno"],
    scripts(
        hand_over=[wants(("c_over", "delegate_task_to_member", {"member_id": "specialist", "task": "hard"}))],
        ask_expert=[wants(("c_expert", "ask_expert", {"question": "deep?"}))],
    ),
) as server:
    from agno.agent import Agent
    from agno.db.in_memory import InMemoryDb
    from agno.models.openai import OpenAIChat
    from agno.team import Team
    from agno.tools import tool

    def model(name):
        return OpenAIChat(id=name, base_url=server.url, api_key="none", max_retries=0)

    def agent(name, tools, **more):
        return Agent(name=name, id=name, model=model(name), tools=tools, telemetry=False, **more)

    expert = agent("expert", [search_docs])

    def ask_expert(question: str) -> str:
        """Asks the expert."""
        return expert.run(question).content

    team = Team(
        name="triage",
        id="triage",
        model=model("triage"),
        members=[agent("specialist", [ask_expert])],
        tools=[search_docs, open_ticket, notify, count_tickets, export_all],
        telemetry=False,
    )
    for event in team.run("vpn", session_id="case-7", user_id="ada", stream=True):
        pass

    clerk = agent("clerk", [tool(requires_confirmation=True)(close_ticket)], db=InMemoryDb())
    paused = clerk.run("close", session_id="case-8")
    for requirement in paused.active_requirements:
        requirement.reject("not today")
    print(clerk.continue_run(run_id=paused.run_id, requirements=paused.requirements, session_id="case-8").content)
