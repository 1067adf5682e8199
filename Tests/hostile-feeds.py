#!/usr/bin/env python3
"""Feeds that mean harm, one a path, on a port of loopback, for `incident-lab bench hostile`.

Prints `port N` and then the paths, a line each, and serves until its standard input ends.
"""

import gzip
import http.server
import socketserver
import sys
import threading
import time

MEGABYTE = 1 << 20
ITEM = b"<item><title>t</title><link>http://h.example/%d</link><guid>%d</guid></item>"


def rss(inside):
    return b"<rss version='2.0'><channel><title>h</title>" + inside + b"</channel></rss>"


def laughs():
    lines = [b"<!ENTITY l0 'lol'>"]
    for level in range(1, 12):
        lines.append(b"<!ENTITY l%d '%s'>" % (level, b"&l%d;" % (level - 1) * 10))
    return (b"<!DOCTYPE rss [" + b"".join(lines) + b"]>"
            + rss(b"<item><title>&l11;</title><guid>1</guid></item>"))


DOCUMENTS = {
    "laughs": laughs(),
    "outside": b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
               + rss(b"<item><title>&x;</title><guid>1</guid></item>"),
    "deep": rss(b"<item>" + b"<a>" * 300_000),
    "attributes": rss(b"<item " + b"".join(b"a%d='1' " % n for n in range(200_000)) + b"/>"),
    "same-attribute": rss(b"<item " + b"a='1' " * 400_000 + b"/>"),
    "opened": rss(b"<item><title" * 200_000),
    "comment": rss(b"<!--" * 500_000),
    "unclosed": rss(b"<item><description><![CDATA[" + b"]]" * MEGABYTE),
    "ampersands": rss(b"<item><title>" + b"&" * (4 * MEGABYTE) + b"</title></item>"),
    "entities": rss(b"<item><title>" + b"&amp;lt;" * 500_000 + b"</title></item>"),
    "markup": rss(b"<item><description>" + b"&lt;p&gt;" * 400_000 + b"</description></item>"),
    "items": rss(b"".join(ITEM % (n, n) for n in range(60_000))),
    "one-guid": rss(ITEM % (1, 1) * 60_000),
    "namespaces": rss(b"".join(b"<n%d:a xmlns:n%d='u%d'>" % (n, n, n) for n in range(60_000))),
    "brackets": b"[" * (2 * MEGABYTE),
    "braces": b'{"items":' + b'{"a":' * 400_000,
    "numbers": b'{"version":"https://jsonfeed.org/version/1","items":[' + b"9" * (4 * MEGABYTE),
    "links": b"<html>" + b"<link rel=alternate type=application/rss+xml href=x>" * 60_000,
    "long-link": rss(b"<item><link>http://h.example/" + b"../" * MEGABYTE + b"</link></item>"),
    "dates": rss(b"<item><title>t</title><pubDate>" + b"1 " * MEGABYTE + b"</pubDate></item>"),
    "quotes": rss(b"<item><description><![CDATA[<div hidden>" + b'<a y=">" ' * 450_000
                  + b"]]></description></item>"),
    "authors": rss(b"<item><title>t</title><description>" + b"abc " * 30_000 + b"</description>"
                   + b"".join(b"<author>abc%d</author>" % n for n in range(100_000)) + b"</item>"),
    "bases": b"<rss xml:base='http://h/" + b"p/" * 30_000 + b"'><channel><item>"
             + b"<link>a</link>" * 250_000 + b"</item></channel></rss>",
    "nested-bases": rss(b"<item>" + (b"<a xml:base='" + b"p/" * 500 + b"'>") * 200
                        + b"<link>a</link>" * 100_000 + b"</item>"),
    "names": rss(b"".join(b"<a%d/>" % n for n in range(300_000))
                 + b"<zzzz xmlns:b=''/>" * 110_000),
    "ancestors": rss(b"".join(b"<n%d " % n + b"a='' " * 256 + b">" for n in range(190))
                     + b"<item/>" * 500_000),
    "no-utf8": rss(b"<item><title>" + b"\xff\xfe\x80" * MEGABYTE + b"</title></item>"),
}
BOMB = gzip.compress(b"<rss>" + b"0" * (200 * MEGABYTE), 9)
WIRE = ["bomb", "blocks", "endless", "slow", "slow-head", "long-head", "loop", "file", "inside",
        "short", "two-lengths", "silent"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def head(self, status, **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def do_GET(self):
        try:
            self.answer(self.path[1:])
        except OSError:
            pass  # Whoever asked has had enough.

    def answer(self, name):
        out = self.wfile
        if name in DOCUMENTS:
            self.head(200, Content_Length=len(DOCUMENTS[name]))
            out.write(DOCUMENTS[name])
        elif name == "bomb":
            self.head(200, Content_Encoding="gzip", Content_Length=len(BOMB))
            out.write(BOMB)
        elif name == "blocks":  # Empty members: bytes that unpack to nothing.
            self.head(200, Content_Encoding="gzip", Transfer_Encoding="chunked")
            piece = gzip.compress(b"") * 3000
            while True:
                out.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        elif name == "endless":
            self.head(200, Transfer_Encoding="chunked")
            while True:
                out.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        elif name == "slow":
            self.head(200, Content_Length=100_000)
            self.drip(b"x")
        elif name == "slow-head":
            out.write(b"HTTP/1.1 200 OK\r\n")
            self.drip(b"X-A: y\r\n")
        elif name == "long-head":
            out.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(100_000):
                out.write(b"X-A: " + b"y" * 1000 + b"\r\n")
        elif name == "loop":
            self.head(302, Location="/loop", Content_Length=0)
        elif name == "file":
            self.head(302, Location="file:///etc/passwd", Content_Length=0)
        elif name == "inside":
            self.head(302, Location="http://169.254.169.254/latest", Content_Length=0)
        elif name == "short":
            self.head(200, Content_Length=1000)
            out.write(b"abc")
            self.close_connection = True
        elif name == "two-lengths":
            out.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello")
        elif name == "silent":
            time.sleep(120)
        else:
            self.head(404, Content_Length=0)

    def drip(self, piece):
        for _ in range(120):
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(1)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # Whoever asked has hung up.


server = Server(("127.0.0.1", 0), Handler)
print("port", server.server_port)
print("\n".join(WIRE + sorted(DOCUMENTS)), flush=True)
print("end", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
