"""Where connections arrive: the ways to put the guard in front of a server.

A listener owns sockets or transports and the clock; it feeds the guard and does what it says. It knows no
server library; which policy a factory gets is decided by whoever installs the listener.
"""
