"""What a text may look like: for each of its places the characters that may stand there."""

from string import ascii_letters, ascii_uppercase, digits

WILD = {"#": digits, "@": ascii_letters, "*": ascii_letters + digits}
"""What a sign of a format stands for; every other one stands for itself, and so does one after a backslash."""
PLAIN = ascii_uppercase + digits + "/.:-"


def places(form: str) -> tuple[str, ...]:
    """For each place of the text the characters that may stand there.

    Raises:
        ValueError: It is empty, or ends in a backslash.
    """
    found, signs = [], iter(form)
    for sign in signs:
        if sign == "\\":
            literal = next(signs, "")
            if not literal:
                raise ValueError(f"format {form!r} ends in a backslash, which needs a sign behind it")
            found.append(literal)
        else:
            found.append(WILD.get(sign, sign))
    if not found:
        raise ValueError("a format is empty")
    return tuple(found)
