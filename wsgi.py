"""The hub for a WSGI server: `gunicorn wsgi:app`."""

import gc
import os

from hub.app import create_app
from hub.settings import Settings

app = create_app(Settings.from_environ(os.environ))
# What stands now stands until the end: the collector need not look through it again.
gc.freeze()
