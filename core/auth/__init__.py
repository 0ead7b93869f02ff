"""What each authentication kind does: a generator that yields requests and receives responses, without I/O.

The first request that a flow yields is the operation's own; each later one is sent because of the
answer before it. What a kind says is the model of the same name in `connectors.format.auth`.
"""
