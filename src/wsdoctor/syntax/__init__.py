"""Languages: text in, nodes with 1-based line and column out.

Each module reads one language with `parse`, tolerates partial files, executes nothing and raises nothing but
`SyntaxProblem`. None knows what a node means for WebSockets; inspectors drive them.
"""
