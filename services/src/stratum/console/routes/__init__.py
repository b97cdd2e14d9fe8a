"""The addresses of the API; each parses, calls one function, and answers."""
