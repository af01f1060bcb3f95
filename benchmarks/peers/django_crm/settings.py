"""Django's settings, as its deployment checklist has them; DATABASE_URL names the database."""

from __future__ import annotations

import os
import secrets
from urllib.parse import urlsplit

_url = urlsplit(os.environ["DATABASE_URL"])

DEBUG = False
SECRET_KEY = secrets.token_hex(32)
ALLOWED_HOSTS = ["127.0.0.1"]
# The optimizer tries to import content types for every field: where they are not installed that takes 5 ms a request.
INSTALLED_APPS = ["django.contrib.contenttypes", "strawberry_django", "benchmarks.peers.django_crm"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "benchmarks.peers.django_crm.urls"
USE_TZ = True
TIME_ZONE = "UTC"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _url.hostname,
        "PORT": _url.port,
        "USER": _url.username,
        "PASSWORD": _url.password,
        "NAME": _url.path.removeprefix("/"),
        "OPTIONS": {"options": "-c jit=off", "pool": {"min_size": 10, "max_size": 10}},
    }
}
