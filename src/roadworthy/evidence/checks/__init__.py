"""What `roadworthy.evidence.verify` looks at: bytes and signatures first, then what they mean."""
