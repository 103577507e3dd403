"""An invented document with every kind of part in it, and hostile words where words may stand."""

from datetime import date

from joinedup.result.document import (
    Box,
    Bullets,
    Document,
    Flow,
    Grid,
    Judge,
    Known,
    Lines,
    Mark,
    Marks,
    Missing,
    Section,
    Text,
)

LOST = Missing(label="Training", file="agreements/homes.toml", key="security.training")
HOSTILE = "<script>alert('x')</script> & \"quoted\""
FLOW = Flow(
    title="Flows of homes",
    description="Council sends visits. The office joins them.",
    boxes=(
        Box(
            id="council",
            column=0,
            name=f"Council {HOSTILE}",
            lines=("visits: 3 of 4",),
            state="yes",
        ),
        Box(id="fire", column=0, name="Fire", lines=("fires: 2 of 3",), state="no"),
        Box(id="office", column=1, name="The office", lines=("joined here",)),
        Box(id="to-council", column=2, name="Council", lines=("results",)),
    ),
    arrows=(("council", "office"), ("fire", "office"), ("office", "to-council")),
)


def document(**changed):
    told = {
        "kind": "dpia",
        "name": "homes-dpia",
        "title": f"Assessment {HOSTILE}",
        "about": "Homes",
        "lead": "Four reasons to assess.",
        "made_on": date(2026, 11, 24),
        "digest": "a" * 64,
        "signed": "",
        "standing": "Nobody has signed it.",
        "sections": (
            Section(
                heading="1. Which data",
                parts=(
                    Text(paragraphs=(HOSTILE, "A second paragraph."), lawyer=True),
                    Lines(
                        items=(
                            Known(label="Purpose", values=("To see.",), source="a.toml, purpose"),
                            Known(label="Aims", values=("one", "two"), source="a.toml, aims"),
                            LOST,
                        )
                    ),
                    Grid(
                        title="Parties",
                        head=("Party", "Role", "Contact"),
                        rows=(("Council", "controller", LOST), ("Fire", HOSTILE, "=cmd()")),
                        note="A note.",
                        source="partners",
                    ),
                ),
                sections=(Section(heading="Inside", parts=(Bullets(items=("a point",)),)),),
            ),
            Section(
                heading="2. The map",
                parts=(
                    FLOW,
                    Marks(items=(Mark(name="Safe data", state="partly", why=("some",)),)),
                    Judge(items=("Whether it is worth it.",)),
                ),
            ),
        ),
        "record": {"rows": [1]},
        "files": {"agreements/homes.toml": "b" * 64},
        "example": True,
    }
    return Document(**{**told, **changed})
