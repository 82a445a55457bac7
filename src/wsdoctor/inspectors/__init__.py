"""Inspectors: one product a module; a file goes in, declared traffic comes out. The folder is the registry."""
