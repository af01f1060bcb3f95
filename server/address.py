"""Where a request comes from: the peer, or whom a trusted proxy speaks for."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache

from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Proxies:
    """The proxies whose word counts. Anybody else's `X-Forwarded-For` is a claim, and is ignored."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self.networks: tuple[Network, ...] = tuple(ipaddress.ip_network(network) for network in networks)

    def client(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        """The address of whoever sent a request; empty where the connection has none."""
        peer = scope.get("client")
        address = str(peer[0]) if peer else ""
        if not self.networks or not self.trusts(address):
            return address
        # Each proxy adds whom it heard from at the right: the first one from there that is no proxy of ours counts.
        for item in reversed(headers.get(b"x-forwarded-for", b"").split(b",")):
            told = parsed(item.decode("latin-1").strip())
            if told is None:
                return address
            address = str(told)
            if not self.trusts(address):
                return address
        return address

    def trusts(self, address: str) -> bool:
        """Whether an address is a proxy of ours."""
        found = parsed(address)
        return found is not None and any(found in network for network in self.networks)


@lru_cache(maxsize=4096)
def parsed(text: str) -> Address | None:
    """An address as proxies spell them: `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
