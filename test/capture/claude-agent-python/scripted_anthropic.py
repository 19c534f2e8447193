"""A server on loopback that speaks Anthropic's messages, and answers what a script says.

Which script it is stands in the first message of the user or in the system's prompt: `script:support`. Requests without tools are the
program's own small questions, and are answered "ok".
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ScriptedAnthropic:
    def __init__(self, scripts):
        self.scripts = {name: list(steps) for name, steps in scripts.items()}
        self._lock = threading.Lock()

    def __enter__(self):
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args):
                pass

            def do_HEAD(self):
                self.send(200, "text/plain", b"")

            def do_GET(self):
                self.send(404, "application/json", b"{}")

            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
                if "count_tokens" in self.path:
                    return self.send(200, "application/json", b'{"input_tokens": 10}')
                if "/v1/messages" not in self.path:
                    return self.send(404, "application/json", b"{}")
                step = scripted.next_step(asked)
                if isinstance(step, int):
                    error = {"type": "error", "error": {"type": "invalid_request_error", "message": "upstream refused"}}
                    return self.send(step, "application/json", json.dumps(error).encode())
                if asked.get("stream"):
                    lines = [f"event: {kind}\ndata: {json.dumps({'type': kind, **body})}\n\n" for kind, body in events(asked, step)]
                    return self.send(200, "text/event-stream", "".join(lines).encode())
                return self.send(200, "application/json", json.dumps(message(asked, step)).encode())

            def send(self, status, kind, data):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def next_step(self, asked):
        if not asked.get("tools"):
            return "ok"
        told = re.search(r"script:(\w+)", json.dumps(asked.get("system", "")))
        told = told or re.search(r"script:(\w+)", json.dumps(asked["messages"]))
        with self._lock:
            steps = self.scripts.get(told.group(1) if told else "", [])
            if steps and isinstance(steps[0], int):
                return steps[0]
            return steps.pop(0) if steps else "done"


def content(step):
    if isinstance(step, str):
        return [{"type": "text", "text": step}]
    return [{"type": "tool_use", "id": id, "name": name, "input": args} for id, name, args in step]


def message(asked, step):
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": asked["model"],
        "content": content(step),
        "stop_reason": "end_turn" if isinstance(step, str) else "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 5},
    }


def events(asked, step):
    whole = message(asked, step)
    yield "message_start", {"message": {**whole, "content": [], "stop_reason": None}}
    for index, block in enumerate(whole["content"]):
        if block["type"] == "text":
            yield "content_block_start", {"index": index, "content_block": {"type": "text", "text": ""}}
            delta = {"type": "text_delta", "text": block["text"]}
        else:
            yield "content_block_start", {"index": index, "content_block": {**block, "input": {}}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield "content_block_delta", {"index": index, "delta": delta}
        yield "content_block_stop", {"index": index}
    stop = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield "message_delta", {"delta": stop, "usage": whole["usage"]}
    yield "message_stop", {}
