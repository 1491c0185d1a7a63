"""A django-helpdesk as somebody installs it: settings, addresses and a server, run by an environment that has it.

`python helpdesk_peer.py prepare FOLDER` makes a database with two agents, a queue and custom fields; `serve FOLDER`
serves it, sending its webhooks to the addresses in the file `webhooks` there: tickets to the first, follow-ups to all.
"""

import json
import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

if __name__ == "__main__":
    # Django imports this module again, as its settings.
    os.environ.update(DJANGO_SETTINGS_MODULE="helpdesk_peer", HELPDESK_FOLDER=sys.argv[2])
FOLDER = Path(os.environ["HELPDESK_FOLDER"])
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "helpdesk.db")}}
SECRET_KEY = "invented for tests"
ALLOWED_HOSTS = ["127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # one that takes no time
USE_TZ = True
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
STATIC_URL = "/static/"
ROOT_URLCONF = "helpdesk_urls"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.humanize",
    "rest_framework",
    "helpdesk",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
HELPDESK_TEAMS_MODE_ENABLED = False  # else it wants one more application
HELPDESK_WEBHOOK_TIMEOUT = 20


def webhooks() -> list[str]:
    """Read when one is sent: who receives them starts later."""
    return (FOLDER / "webhooks").read_text(encoding="utf-8").split()


HELPDESK_GET_FOLLOWUP_WEBHOOK_URLS = webhooks


def HELPDESK_GET_NEW_TICKET_WEBHOOK_URLS() -> list[str]:  # noqa: N802  # the name of the setting
    return webhooks()[:1]


def prepare() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from helpdesk.models import CustomField, Queue

    FOLDER.mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    for name in ("jo", "amends-bridge"):
        User.objects.create_user(name, f"{name}@example.com", "an invented password", is_staff=True, is_superuser=True)
    Queue.objects.create(title="Support", slug="support", allow_public_submission=True)
    fields: tuple[tuple[str, str, dict[str, int]], ...] = (
        ("reason", "varchar", {"max_length": 40}),
        ("days_late", "integer", {}),
        ("paid", "decimal", {"max_length": 10, "decimal_places": 2}),
        ("shipping", "decimal", {"max_length": 10, "decimal_places": 2}),
        ("amends", "varchar", {"max_length": 200}),
    )
    for name, data_type, more in fields:
        CustomField.objects.create(name=name, label=name, data_type=data_type, required=False, **more)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Tests read what the helpdesk holds."""


def serve() -> None:
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Handler)
    sys.stderr.write(json.dumps({"event": "ready", "address": f"127.0.0.1:{server.server_port}"}) + "\n")
    sys.stderr.flush()
    server.serve_forever()


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "serve": serve}[sys.argv[1]]()
