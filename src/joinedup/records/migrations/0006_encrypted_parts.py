"""Parts are encrypted and results are sealed from here on.

No column changes: a part's side, key and salt stand in the JSON of its version. The migration is
there so that an older Joinedup, which could read neither, says so instead of failing.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("records", "0005_leaving")]

    operations = []
