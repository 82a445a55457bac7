"""Renderers of inspections: what was found in a repository, one format a module; the folder is the registry."""
