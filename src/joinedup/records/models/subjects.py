"""Which secret makes a person's token? One row a person; without it the token leads nowhere."""

from django.db import models


class SubjectSecret(models.Model):
    """The secret of one person's token. `tag` is a keyed digest of the reference; neither is it."""

    tag = models.TextField(unique=True)
    secret = models.TextField()

    def __str__(self) -> str:
        return f"subject {self.pk}"
