"""A server on loopback that speaks OpenAI's chat completions, and answers what a script says: no model, no network.

    with ScriptedOpenAI({"support": [wants(("call_1", "get_weather", {"city": "Paris"})), "done"]}) as server:
        OpenAI(base_url=server.url, api_key="none")

The model that is asked for names the script: `support`. A step is a text, a list of tool calls (`wants`), or a number: the status of
a failure over HTTP, which stays the answer. A script that has run out answers "done".
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def wants(*calls):
    """Tool calls `(id, name, arguments)` that a model asks for in one turn; arguments that are a text go out as they are."""
    return list(calls)


class ScriptedOpenAI:
    def __init__(self, scripts):
        self.scripts = {name: list(steps) for name, steps in scripts.items()}
        self._lock = threading.Lock()

    def __enter__(self):
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args):
                pass

            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                step = scripted.next_step(asked["model"].rsplit("/", 1)[-1])
                if isinstance(step, int):
                    return self.answer({"error": {"message": "upstream overloaded", "type": "server_error"}}, step)
                if asked.get("stream"):
                    return self.stream(chunks(asked, step))
                return self.answer(completion(asked, step))

            def answer(self, body, status=200):
                self.send(status, "application/json", json.dumps(body).encode())

            def stream(self, parts):
                lines = [f"data: {json.dumps(part)}\n\n" for part in parts]
                self.send(200, "text/event-stream", "".join([*lines, "data: [DONE]\n\n"]).encode())

            def send(self, status, kind, data):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def next_step(self, name):
        with self._lock:
            steps = self.scripts.get(name, [])
            if steps and isinstance(steps[0], int):
                return steps[0]
            return steps.pop(0) if steps else "done"


USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def tool_calls(step):
    return [
        {
            "id": id,
            "type": "function",
            "function": {"name": name, "arguments": args if isinstance(args, str) else json.dumps(args)},
        }
        for id, name, args in step
    ]


def head(asked, kind):
    return {"id": "chatcmpl-1", "object": kind, "created": 1767225600, "model": asked["model"]}


def completion(asked, step):
    said = {"content": step} if isinstance(step, str) else {"content": None, "tool_calls": tool_calls(step)}
    reason = "stop" if isinstance(step, str) else "tool_calls"
    choice = {"index": 0, "message": {"role": "assistant", **said}, "finish_reason": reason, "logprobs": None}
    return {**head(asked, "chat.completion"), "choices": [choice], "usage": USAGE}


def chunks(asked, step):
    base = head(asked, "chat.completion.chunk")

    def chunk(delta, reason=None):
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}]}

    if isinstance(step, str):
        yield chunk({"role": "assistant", "content": step})
        yield chunk({}, "stop")
    else:
        yield chunk({"role": "assistant", "content": None})
        for index, call in enumerate(tool_calls(step)):
            yield chunk({"tool_calls": [{"index": index, **call}]})
        yield chunk({}, "tool_calls")
    yield {**base, "choices": [], "usage": USAGE}
