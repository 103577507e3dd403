"""Django's settings for the records: no web, no users, one app. `home.connect` names the database.

A web door has settings of its own, which must name `joinedup.records` among its apps.
"""

INSTALLED_APPS = ["joinedup.records"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None  # a library does not rearrange its user's logging
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
