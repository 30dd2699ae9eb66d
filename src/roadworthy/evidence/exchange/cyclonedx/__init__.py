"""An AI bill of materials in CycloneDX 1.6 and 1.7."""
