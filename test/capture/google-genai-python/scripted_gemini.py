"""A server on loopback that speaks Gemini's `generateContent`, and answers what a script says: which script it is, the model's name says.
Gemini's calls have no ids."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ScriptedGemini:
    def __init__(self, scripts):
        self.scripts = {name: list(steps) for name, steps in scripts.items()}

    def __enter__(self):
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args):
                pass

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                steps = scripted.scripts.get(self.path.split("/models/")[-1].split(":")[0], [])
                step = steps[0] if steps and isinstance(steps[0], int) else steps.pop(0) if steps else "done"
                status = step if isinstance(step, int) else 200
                body = json.dumps(failure(step) if isinstance(step, int) else response(step)).encode()
                streams = "streamGenerateContent" in self.path and status == 200
                data = b"data: " + body + b"\n\n" if streams else body
                self.send_response(status)
                self.send_header("Content-Type", "text/event-stream" if streams else "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()


def failure(status):
    return {"error": {"code": status, "message": "upstream overloaded", "status": "UNAVAILABLE"}}


def response(step):
    parts = [{"text": step}] if isinstance(step, str) else [{"functionCall": {"name": name, "args": args}} for _id, name, args in step]
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    content = {"role": "model", "parts": parts}
    return {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}], "usageMetadata": usage, "modelVersion": "gemini-mock"}
