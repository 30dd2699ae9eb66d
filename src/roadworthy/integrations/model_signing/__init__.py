"""Signs and verifies model files in the format of the ``model-signing`` package, with elliptic curve keys.

It needs ``cryptography`` alone; the package itself verifies what is signed here, and the other way round.
"""
