"""A decided release in other people's formats: CycloneDX, OSCAL, model cards and dataset cards. Pure builders."""
