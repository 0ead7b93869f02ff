"""The format ``connect/1`` as one frozen tree of models, one module for each section."""
