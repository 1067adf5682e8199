#!/usr/bin/env python3
"""The rival of `incident-lab bench poll`: the feeds whose addresses stand on standard input, asked
once and then once more, by aiohttp and uvloop, each new document read by fastfeedparser.

Prints one line of JSON: processor and wall seconds of both rounds, entries, and peak memory. Needs
`pip install aiohttp uvloop fastfeedparser`; run it by `incident-lab bench poll --peer`.
"""

import asyncio
import json
import resource
import sys
import time

import aiohttp
import fastfeedparser
import uvloop

AT_ONCE = int(sys.argv[1]) if len(sys.argv) > 1 else 64


async def ask(session, gate, url, tags):
    headers = {"If-None-Match": tags[url]} if url in tags else {}
    async with gate, session.get(url, headers=headers) as answer:
        body = await answer.read()
        if answer.status == 304:
            return 0
        tags[url] = answer.headers["ETag"]
        return len(fastfeedparser.parse(body).entries)


async def once(session, urls, tags):
    wall, processor = time.monotonic(), time.process_time()
    gate = asyncio.Semaphore(AT_ONCE)
    entries = sum(await asyncio.gather(*(ask(session, gate, url, tags) for url in urls)))
    return entries, time.process_time() - processor, time.monotonic() - wall


async def main():
    urls = sys.stdin.read().split()
    tags = {}
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        entries, cold, cold_wall = await once(session, urls, tags)
        again, warm, warm_wall = await once(session, urls, tags)
    if again or len(tags) != len(urls):
        sys.exit("the second round was not answered by 304 throughout")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "entries": entries, "cold": cold, "coldWall": cold_wall, "warm": warm,
        "warmWall": warm_wall, "peakMiB": peak}))


uvloop.run(main())
