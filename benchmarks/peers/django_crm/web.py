"""The way in: gunicorn serves `application`, which knows one address."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.django_crm.settings"
application = get_wsgi_application()
