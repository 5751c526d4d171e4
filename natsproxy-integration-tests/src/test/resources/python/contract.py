"""What the contract asks of any HTTP server, by the standard library alone.

Prints its port, and answers until its standard input ends.
"""

import hashlib
import json
import os
import re
import sys
import threading
import time
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, unquote_plus

MEGABYTE = 1024 * 1024
CHUNK = 16 * 1024
ITEMS = 10_000
EVENTS = 50
JSON = "application/json"
BYTES = "application/octet-stream"
UTF_8_VALUE = "Grüße 世界".encode("utf-8").decode("iso-8859-1")


@lru_cache
def content(length):
    """The content of the tests, in which no two places look alike for long."""
    data = bytearray(length)
    product = 0
    for i in range(length):
        data[i] = product >> 56
        product = (product + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    return bytes(data)


def pairs(text, separator="&"):
    """Names and values; None for a name without an equals sign."""
    found = {}
    for pair in filter(None, text.split(separator)):
        name, equals, value = pair.partition("=")
        found.setdefault(unquote_plus(name), []).append(unquote_plus(value) if equals else None)
    return found


def parts(body, boundary):
    """The parts of a multipart body: name, file name, type and content of each."""
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, data = part[2:-2].partition(b"\r\n\r\n")
        head = head.decode("utf-8")
        name = re.search(r'\bname="([^"]*)"', head)
        file_name = re.search(r'\bfilename="([^"]*)"', head)
        content_type = re.search(r"(?i)content-type: *(.*)", head)
        yield (name[1], file_name and file_name[1], content_type and content_type[1].strip(), data)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    routes = []

    def log_message(self, *arguments):
        pass

    def handle_any(self):
        self.body_left = None
        self.path_only, _, self.query = self.path.partition("?")
        allowed = "GET" if self.command == "HEAD" else self.command
        for method, pattern, function in self.routes:
            match = re.fullmatch(pattern, self.path_only)
            if match and method in (allowed, "*"):
                function(self, *map(unquote, match.groups()))
                for _ in self.chunks():
                    pass
                return
        self.respond(404, "text/plain", b"")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def chunks(self):
        """What has not been read of the request's body, as it comes."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while self.body_left != 0:
                self.body_left = int(self.line().split(b";")[0], 16)
                if self.body_left:
                    yield self.exactly(self.body_left)
                    self.line()
                else:
                    while self.line() != b"\r\n":
                        pass
            return
        if self.body_left is None:
            self.body_left = int(self.headers.get("Content-Length", "0"))
        while self.body_left:
            data = self.exactly(min(CHUNK, self.body_left))
            self.body_left -= len(data)
            yield data

    def line(self):
        line = self.rfile.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("The request has broken off")
        return line

    def exactly(self, length):
        data = self.rfile.read(length)
        if len(data) < length:
            raise ConnectionError("The request has broken off")
        return data

    def body(self):
        return b"".join(self.chunks())

    def begin(self, status, content_type, length, *fields):
        """Sends the head. A body without a length is chunked."""
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        if length is not None:
            self.send_header("Content-Length", str(length))
        elif status not in (204, 304):
            self.send_header("Transfer-Encoding", "chunked")
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()

    def respond(self, status, content_type, data, *fields):
        self.begin(status, content_type, len(data), *fields)
        if self.command != "HEAD":
            self.wfile.write(data)

    def json(self, value, status=200):
        self.respond(status, JSON, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def chunked(self, content_type, data):
        """Sends a body of which nobody knows the length."""
        self.begin(200, content_type, None)
        if self.command != "HEAD":
            for each in data:
                self.chunk(each)
            self.wfile.write(b"0\r\n\r\n")

    def range(self, content_type, data):
        """Sends a resource, or one part of it."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not asked:
            self.respond(200, content_type, data, ("Accept-Ranges", "bytes"))
            return
        first, last = map(int, asked.groups())
        self.respond(206, content_type, data[first:last + 1],
                     ("Content-Range", f"bytes {first}-{last}/{len(data)}"))


def route(method, pattern):
    def add(function):
        Handler.routes.append((method, pattern, function))
        return function
    return add


def item(name, count):
    return {"name": name, "count": count}


def pieces(data):
    return (data[i:i + CHUNK] for i in range(0, len(data), CHUNK))


def summary(chunks):
    digest, length = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        length += len(chunk)
    return {"length": length, "sha256": digest.hexdigest()}


# Requests


@route("GET", "/requests/path/([^/]*)")
def path_variable(http, value):
    http.json({"value": value})


@route("GET", "/requests/query")
def query(http):
    http.json(pairs(http.query))


@route("GET", "/requests/headers")
def headers(http):
    found = {}
    for name, value in http.headers.items():
        if name.lower().startswith("x-test"):
            found.setdefault(name.lower(), []).append(value)
    http.json(found)


@route("GET", "/requests/cookies")
def cookies(http):
    found = dict(cookie.strip().split("=", 1) for cookie in http.headers["Cookie"].split(";"))
    http.json({"first": found["first"], "second": found["second"]})


@route("POST", "/requests/json(?:-mono)?")
def read_json(http):
    value = json.loads(http.body())
    http.json(item(value["name"] + "!", value["count"] + 1))


@route("POST", "/requests/form")
def form(http):
    http.json(pairs(http.body().decode("utf-8")))


@route("POST", "/requests/multipart")
def multipart(http):
    boundary = http.headers.get_param("boundary").encode("ascii")
    found = {}
    for name, file_name, content_type, data in parts(http.body(), boundary):
        if file_name:
            found |= {name: file_name, "type": content_type, "content": data.decode("utf-8")}
        else:
            found[name] = data.decode("utf-8")
    http.json(found)


@route("POST", "/requests/raw")
def raw(http):
    data = http.body()
    http.respond(200, http.headers.get("Content-Type", BYTES), data,
                 ("X-Encoding", str(http.headers.get("Content-Encoding"))), ("X-Length", str(len(data))))


@route("*", "/requests/any-method")
def any_method(http):
    http.json({"method": http.command})


# Responses


@route("GET", "/responses/mono")
def one(http):
    http.json(item("mono", 1))


@route("GET", "/responses/text")
def text(http):
    http.respond(200, "text/plain;charset=UTF-8", "Grüße, 世界".encode("utf-8"))


@route("GET", "/responses/bytes")
def some_bytes(http):
    http.respond(200, BYTES, bytes([0, 1, 255, 128, 13, 10]))


@route("GET", "/responses/resource")
def resource(http):
    http.range("text/plain", b"0123456789")


@route("POST", "/responses/created")
def created(http):
    http.json(item("created", 1), 201)


@route("DELETE", "/responses/deleted")
def deleted(http):
    http.begin(204, None, None)


@route("GET", "/responses/entity")
def entity(http):
    data = json.dumps(item("entity", 1)).encode("utf-8")
    http.respond(299, JSON, data, ("X-One", "1"), ("X-Many", "a"), ("X-Many", "b, c"), ("X-Latin", "Grüße"),
                 ("X-Utf8", UTF_8_VALUE), ("Location", "/responses/entity/7"), ("Cache-Control", "no-store"))


@route("GET", "/responses/cookies")
def set_cookies(http):
    http.respond(200, None, b"",
                 ("Set-Cookie", "first=1; Path=/responses; Max-Age=3600; Secure; HttpOnly; SameSite=Strict"),
                 ("Set-Cookie", "second=2; Domain=example.com"), ("Set-Cookie", "third=3; Path=/x"))


@route("GET", "/responses/tagged")
def tagged(http):
    if http.headers.get("If-None-Match") == '"v1"':
        http.begin(304, None, None, ("ETag", '"v1"'))
    else:
        http.respond(200, "text/plain", b"tagged", ("ETag", '"v1"'))


# Streams


@route("GET", "/streams/known")
def known(http):
    http.respond(200, BYTES, content(3 * MEGABYTE))


@route("GET", "/streams/unknown")
def unknown(http):
    http.chunked(BYTES, pieces(content(3 * MEGABYTE)))


@route("GET", "/streams/small")
def small(http):
    def slowly():
        for piece in pieces(content(100_000)):
            time.sleep(0.001)
            yield piece
    http.chunked(BYTES, slowly())


@route("GET", "/streams/resource")
def long_resource(http):
    http.range(BYTES, content(5 * MEGABYTE))


@route("GET", "/streams/items")
def items(http):
    http.chunked("application/x-ndjson",
                 pieces(b"".join(b'{"name":"item %d","count":%d}\n' % (i, i) for i in range(ITEMS))))


@route("GET", "/streams/events")
def events(http):
    http.chunked("text/event-stream",
                 (b"id:%d\nevent:test\ndata:line one\ndata:line two %d\n\n" % (i, i) for i in range(EVENTS)))


def open_stream(http, content_type, first):
    """Sends the first piece, and nothing more up to the end of the connection."""
    http.begin(200, content_type, None)
    http.chunk(first)
    http.rfile.read(1)
    http.close_connection = True


@route("GET", "/streams/open-events")
def open_events(http):
    open_stream(http, "text/event-stream", b"data:first\n\n")


@route("GET", "/streams/open-items")
def open_items(http):
    open_stream(http, "application/x-ndjson", b'{"name":"first","count":1}\n')


@route("GET", "/streams/failing")
def failing(http):
    http.begin(200, BYTES, None)
    for piece in pieces(content(2 * MEGABYTE)):
        http.chunk(piece)
    http.close_connection = True


@route("POST", "/streams/upload")
def upload(http):
    http.json(summary(http.chunks()))


@route("POST", "/streams/file")
def file(http):
    boundary = http.headers.get_param("boundary").encode("ascii")
    [(_, file_name, _, data)] = parts(http.body(), boundary)
    http.json({"name": file_name} | summary([data]))


@route("POST", "/streams/echo")
def echo(http):
    http.chunked(BYTES, http.chunks())


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        # Whoever has gone away need not be heard of.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
