"""What a new office must still write, written."""

PLACEHOLDERS = {
    "Say the specific problem.": "Visits go where people ask.",
    "Say who would do what differently.": "Officers would visit the list.",
    "Say what counts as a find.": "A find at a visit.",
    "Say in which order visits are made today.": "As people ask.",
}


def filled(office):
    """The new folder's project with its placeholders written out."""
    project = office / "projects" / "first" / "project.toml"
    text = project.read_text()
    for asked, written in PLACEHOLDERS.items():
        text = text.replace(asked, written)
    project.write_text(text)
