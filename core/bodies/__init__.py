"""How bodies are read and written: one module for each kind, and the codings around them."""
