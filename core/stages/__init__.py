"""The stages of a connection test, one module each; each gives a finding and none knows the next."""
