"""What is wrong with a formula, and where in its text."""


class ExpressionError(ValueError):
    """The text cannot be read, does not fit together, or has no result on this part."""

    def __init__(self, at: int, what: str) -> None:
        """
        Args:
            at: Index of the character it begins at, from 0; people count from 1.
        """
        super().__init__(f"at character {at + 1}: {what}")
        self.at, self.what = at, what
