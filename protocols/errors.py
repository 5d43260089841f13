"""What can go wrong between the station and its PLC or SCADA system."""


class ProtocolError(Exception):
    """A foreseen failure of a protocol adapter; the message says what, where and which value."""


class BindError(ProtocolError):
    """A server could not listen on its address."""


class TagError(ProtocolError):
    """A value does not fit its tag."""


class RetainedError(ProtocolError):
    """The retained state of the handshake cannot be read."""
