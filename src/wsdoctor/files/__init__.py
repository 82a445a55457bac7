"""The files of a folder: which are looked at, in what state they are, and how their bytes become text.

Nothing here knows what a file means, nor anything else of the product: so it is loaded before all of it, and lists a
folder while the rest is being loaded (`ahead`).
"""
