"""The formats that issuers document, by group. Data: prefixes, alphabets and lengths.

Source:
    Each issuer's manual on its keys; for Git hosts and package registries their notes on token formats.
"""
