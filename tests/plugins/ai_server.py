#!/usr/bin/env python3
"""Stands in for an OpenAI-compatible service: POST <mode>/v1/chat/completions streams an answer, or misbehaves by the mode.

  ""         "Echo: <last user message>", word by word, with usage and [DONE]
  /cite      the same, citing [1]
  /human     asks for a person
  /plain     the whole answer at once, without a stream
  /slow      a word every 2 s
  /hang      headers, then nothing
  /cut       closes the connection in the middle of an event
  /garbage   200 and no sense
  /500 /429 /401 /503 ...  that status; 429 says when to try again
  /flaky     every odd request is a 503
  /bytes     one byte a write, Chinese and emoji inside

Prints "port <n>" once it listens (port 0 by default). GET /requests answers what was asked, as JSON; authorization is shown.
"""
import argparse
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

requests = []
lock = threading.Lock()


def event(data):
    return ("data: " + (data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)) + "\n\n").encode()


def delta(text, finish=None):
    return event({"choices": [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}]})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def plain(self, status, body, headers=()):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def do_GET(self):
        with lock:
            self.plain(200, requests)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        mode = self.path.split("/v1/")[0]
        try:
            asked = json.loads(body)
            question = asked["messages"][-1]["content"]
        except (ValueError, KeyError, IndexError, TypeError):
            return self.plain(400, {"error": {"type": "invalid_request_error", "message": "not a chat request"}})
        with lock:
            requests.append({"path": self.path, "authorization": self.headers.get("Authorization"), "body": asked})
            odd = len(requests) % 2 == 1
        status = 503 if mode == "/flaky" and odd else int(mode[1:]) if mode[1:].isdigit() else 200
        if status != 200:
            words = "Please try again in 1.2s." if status == 429 else "made to fail"
            return self.plain(status, {"error": {"type": "test_error", "message": words}}, [("Retry-After", "1")])
        usage = {"prompt_tokens": len(body) // 4, "completion_tokens": len(question) // 4 + 2}
        answer = {"/human": "[[HUMAN]]", "/cite": "Echo: " + question + " [1]", "/bytes": "价格是 5 元 😀"}.get(mode, "Echo: " + question)
        if mode == "/plain":
            return self.plain(200, {"choices": [{"message": {"role": "assistant", "content": answer}, "finish_reason": "stop"}], "usage": usage})
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self.stream(mode, answer, usage)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def stream(self, mode, answer, usage):
        if mode == "/hang":
            time.sleep(60)
        if mode == "/garbage":
            self.chunk(b"data: {\"choices\": [{\"del\n\n" * 40)
            return self.chunk(b"")
        if mode == "/bytes":
            for i in delta(answer):
                self.chunk(bytes([i]))
        else:
            for i, word in enumerate(answer.split(" ")):
                self.chunk(delta(word if i == 0 else " " + word))
                if mode == "/slow":
                    time.sleep(2)
                if mode == "/cut" and i == 1:
                    self.chunk(b"data: {\"choi")
                    self.close_connection = True
                    return self.connection.close()
        self.chunk(delta(None, "stop"))
        self.chunk(event({"choices": [], "usage": usage}))
        self.chunk(event("[DONE]"))
        self.chunk(b"")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    server = ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Handler)
    server.daemon_threads = True
    print("port", server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
