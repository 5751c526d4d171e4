#!/usr/bin/env python3
"""Notes over HTTP, with nothing but Python's own library: a server that knows nothing of NATS.

GET /notes, POST /notes, GET, DELETE /notes/<number>, and GET /notes/ticks, which sends an event every 100 ms.
The argument is the port; with 0, a free one is chosen. It is printed.
"""
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

notes = {}
lock = threading.Lock()


class Notes(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, {"status": "UP"})
        elif self.path == "/notes":
            self.answer(200, [{"id": number, "text": text} for number, text in sorted(notes.items())])
        elif self.path == "/notes/ticks":
            self.ticks()
        elif self.number() in notes:
            self.answer(200, {"id": self.number(), "text": notes[self.number()]})
        else:
            self.answer(404, {"error": "There is no such note"})

    def do_POST(self):
        with lock:
            number = len(notes) + 1
            notes[number] = self.body().decode("utf-8")
        self.answer(201, {"id": number, "text": notes[number]}, {"Location": "/notes/%d" % number})

    def do_DELETE(self):
        notes.pop(self.number(), None)
        self.send_response(204)
        self.end_headers()

    def ticks(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for tick in range(1000):
                self.wfile.write(b"data: %d\n\n" % tick)
                self.wfile.flush()
                time.sleep(0.1)
        except (BrokenPipeError, ConnectionResetError):
            pass  # The reader has gone.

    def number(self):
        last = self.path.rsplit("/", 1)[-1]
        return int(last) if last.isdigit() else 0

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while length := int(self.rfile.readline(), 16):
            body += self.rfile.read(length)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status, value, fields={}):
        body = json.dumps(value).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, field in fields.items():
            self.send_header(name, field)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 9000), Notes)
print(server.server_port, flush=True)
server.serve_forever()
