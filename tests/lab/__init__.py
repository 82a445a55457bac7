"""Real servers, real sockets, real strays: what the guard does inside the servers that people run."""
