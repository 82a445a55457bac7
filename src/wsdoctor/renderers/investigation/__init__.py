"""Renderers of investigations: strays and the lines that send them, one format a module; the folder is the registry."""
