"""Languages that are read as text, without a parser: their servers and what their ports are made of."""
