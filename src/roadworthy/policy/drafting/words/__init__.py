"""The words by which policies are read, in English, German and French. Data, and the shape that it has."""
