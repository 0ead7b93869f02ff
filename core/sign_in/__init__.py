"""Let a person sign in at a provider: by a device code, an address that is pasted back, or a browser here."""
