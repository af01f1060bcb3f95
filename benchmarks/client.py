"""A load generator in Python: prints what it measured in the same line of JSON as the script for wrk.

It counts every request to its end, however long that takes; a run of fixed length would drop slow answers.
"""

from __future__ import annotations

import asyncio
import sys
import time
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import msgspec


async def drive(url: str, bodies: list[bytes], connections: int, seconds: float, token: str) -> dict[str, float]:
    """Keep that many connections busy for a while, each with one request after the other."""
    place = urlsplit(url)
    assert place.hostname and place.port
    head = f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
    head += f"Authorization: Bearer {token}\r\n" if token else ""
    requests = cycle([head.encode() + b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies])
    times: list[float] = []
    size = errors = 0
    start = time.perf_counter()
    end = start + seconds

    async def client(host: str, port: int) -> None:
        nonlocal size, errors
        reader, writer = await asyncio.open_connection(host, port, limit=1 << 24)
        while time.perf_counter() < end:
            sent = time.perf_counter()
            writer.write(next(requests))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            size += len(head) + length
            errors += b" 200 " not in head.partition(b"\r\n")[0]
            times.append(time.perf_counter() - sent)
        writer.close()

    await asyncio.gather(*(client(place.hostname, place.port) for _ in range(connections)))
    elapsed = time.perf_counter() - start
    times.sort()
    return {
        "requests": len(times),
        "seconds": elapsed,
        "bytes": size,
        "p50": times[len(times) // 2] * 1000,
        "p99": times[len(times) * 99 // 100] * 1000,
        "errors": errors,
    }


def main(arguments: list[str]) -> None:
    url, file, connections, seconds, token = arguments
    bodies = Path(file).read_bytes().splitlines()
    print(msgspec.json.encode(asyncio.run(drive(url, bodies, int(connections), float(seconds), token))).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
