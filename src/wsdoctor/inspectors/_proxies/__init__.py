"""What the inspectors of proxies share: hops, their trees, and what becomes of a handshake in each."""
