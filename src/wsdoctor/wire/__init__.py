"""Languages of the wire: bytes to words, and the few bytes that wsdoctor says back.

Every module here takes bytes that a peer chose and never raises on any of them. None of them does I/O,
reads a clock or knows a rule; the guard, the readers and the rules drive them.
"""
