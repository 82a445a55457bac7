"""What the inspectors of Python code share: names, values, calls, requests, applications, forwards."""
