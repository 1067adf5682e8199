#!/usr/bin/env python3
"""Checks an exported journal: verify-journal.py JOURNAL.jsonl [N:HASH ...]   (incident journal export -o JOURNAL.jsonl)
Each line ends with the SHA-256 of the hash before it (32 bytes) and of its own bytes up to ,"h":" - nothing else is needed.
N:HASH are heads that somebody holds: mails, webhooks and reports carry them. Exit 0 whole, 65 damaged, 66 another head."""
import hashlib, json, sys
if len(sys.argv) < 2: sys.exit(__doc__)
held = {int(n): h for n, h in (a.split(":") for a in sys.argv[2:])}
def bad(code, what): print(what); sys.exit(code)
n, previous = 0, None
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        if not line.endswith(b'"}\n') or line[-73:-67] != b',"h":"': bad(65, f"record {n + 1}: the line does not end with its hash")
        body, stored = line[:-73], line[-67:-3].decode("ascii", "replace")
        try: record = json.loads(line); event = record["e"][0]; kind, number = event["k"], record["n"]
        except (ValueError, LookupError, TypeError): bad(65, f"record {n + 1}: the line is not JSON of a record")
        if kind == "segment":
            if n == 0: previous = hashlib.sha256(f'{event["format"]}\n{event["journal"]}'.encode()).digest()
            if event["alg"] != "sha256": bad(65, f'record {n + 1}: hashed by {event["alg"]}, which this script does not know')
            if event["prevHash"] != previous.hex(): bad(65, f"record {n + 1}: the segment follows another record")
        if previous is None: bad(65, "the journal does not begin with the header of a segment")
        n, previous = n + 1, hashlib.sha256(previous + body).digest()
        if number != n: bad(65, f"record {n}: the line has the number {number}")
        if previous.hex() != stored: bad(65, f"record {n}: the hash should be {previous.hex()} but reads {stored}")
        if held.get(n, stored) != stored: bad(66, f"record {n}: outside it is known as {held[n]}")
if n == 0: bad(65, "no records")
if max(held, default=0) > n: bad(66, f"record {max(held)} is known outside and is not here: the end was taken away")
print(f"{n} records are whole, the head is {n}:{previous.hex()}; " + (f"1...{max(held)} as others hold it" if held else "held against no one's copy"))
