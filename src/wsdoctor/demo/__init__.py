"""The founding incident, played on this machine with real servers, real clients and real strays.

An HTTP server with a page, a WebSocket server behind no guard and then behind the guard, clients that verify
every message, and a dozen and more kinds of stray. `play` directs; the other modules are its cast.
"""
