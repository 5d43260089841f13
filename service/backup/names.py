"""Names of files in an archive that may be unpacked; any other is refused."""

SECTIONS = {"database": 1, "data": 1, "settings": 1, "recipes": 8, "images": 4}
"""How deep files may lie in each."""
SECRET_SECTIONS = {"data": 8, "settings": 1, "files": 1}
"""Likewise in the identity."""
LONGEST = 255  # bytes of one part, as file systems have it


def problem_of(name: str, sections: dict[str, int] | None = None) -> str:
    """What is wrong with a name; "" = nothing."""
    section, *parts = name.split("/")
    deepest = (SECTIONS if sections is None else sections).get(section)
    if deepest is None:
        return "a station has no such file"
    if not 1 <= len(parts) <= deepest:
        return f"it lies deeper than {deepest} folder(s), or in none"
    for part in parts:
        if not part or part.startswith(".") or len(part.encode("utf-8", "surrogatepass")) > LONGEST:
            return "a part of it is empty, hidden or too long"
        if not part.isprintable() or "\\" in part or ":" in part:
            return "it has characters that no file of a station has"
    return ""
