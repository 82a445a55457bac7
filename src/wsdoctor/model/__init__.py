"""The vocabulary of wsdoctor: frozen records that every floor shares.

This package knows no bytes on the wire, no rule and no I/O.
"""
