"""What a system is made of: the manifest, its components, and the release that fixes their digests."""
