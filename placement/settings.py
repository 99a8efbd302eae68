"""All settings, in one file. Every environment variable is read at the top, by name, type and default."""

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Any, cast

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL = {"127.0.0.1", "localhost", "::1", "[::1]", "testserver"}
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def read(name: str, kind: type = str, default: object = None) -> object:
    """Return environment variable ``name`` as ``kind``; ``default`` when it is unset or empty."""
    text = os.environ.get(name, "")
    if not text:
        return default
    if kind is bool:
        if text.lower() not in {*YES, *NO}:
            raise ImproperlyConfigured(f"{name} must be yes or no.")
        return text.lower() in YES
    if kind is list:
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return kind(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be of type {kind.__name__}.") from None


MODE = read("PLACEMENT_MODE", default="demo")  # "demo" (invented data, local only) or "production"
DEBUG = read("PLACEMENT_DEBUG", bool, False)  # developer's error pages; refused in production
SECRET_KEY = read("PLACEMENT_SECRET_KEY")  # required in production; demo makes and keeps its own
ALLOWED_HOSTS = read("PLACEMENT_HOSTS", list, [])  # host names, comma-separated; required in production
DATABASE_URL = read("DATABASE_URL")  # the application's database; embedded PostgreSQL when unset (demo only)
DATABASE_OWNER_URL = read("DATABASE_OWNER_URL")  # the same database as the role that migrates
DATA_DIR = Path(str(read("PLACEMENT_DATA_DIR", default=BASE_DIR / ".data")))  # database, files, demo key
DOCUMENTS_DIR = Path(str(read("PLACEMENT_DOCUMENTS_DIR", default=DATA_DIR / "documents")))  # outside the web root
TRUSTED_PROXY = read(
    "PLACEMENT_BEHIND_PROXY", bool
)  # believe X-Forwarded-Proto and -For; production must say yes or no
DATA_KEYS_TEXT = read(
    "PLACEMENT_DATA_KEYS", list, []
)  # name:key, … newest first; a key is 32 bytes in base64, see below
SEAL_KEY = read("PLACEMENT_SEAL_KEY")  # file with the Ed25519 key that signs seals; the demo makes and keeps its own
SEAL_PUBLIC_KEY = read("PLACEMENT_SEAL_PUBLIC_KEY")  # its public half, for a machine that only checks
SEALS_DIR = Path(
    str(read("PLACEMENT_SEALS_DIR", default=DATA_DIR / "seals"))
)  # copies of their heads, outside the database
IDLE_MINUTES = int(str(read("PLACEMENT_IDLE_MINUTES", int, 15)))  # a session ends after this long without a request
SHIFT_IDLE_MINUTES = int(str(read("PLACEMENT_SHIFT_IDLE_MINUTES", int, 5)))  # the same for staff, and on shift pages
SECOND_FACTOR = read(
    "PLACEMENT_SECOND_FACTOR", bool, MODE == "production"
)  # asked of everybody; "yes" tries it in the demo
SUBSTITUTE_ADDRESS = read(
    "PLACEMENT_SUBSTITUTE_ADDRESS", default="In care of the agency that sent this"
)  # stands wherever a paper would name a home: a post box of the agency, say

PRODUCTION = MODE == "production"
DEMO = not PRODUCTION
if MODE not in {"demo", "production"}:
    raise ImproperlyConfigured("PLACEMENT_MODE must be demo or production.")
if PRODUCTION:
    missing = [
        name
        for name, value in [
            ("PLACEMENT_SECRET_KEY", SECRET_KEY),
            ("PLACEMENT_HOSTS", ALLOWED_HOSTS),
            ("DATABASE_URL", DATABASE_URL),
            ("PLACEMENT_BEHIND_PROXY (yes or no)", TRUSTED_PROXY is not None),
            ("PLACEMENT_DATA_KEYS", DATA_KEYS_TEXT),
        ]
        if not value
    ]
    if missing:
        raise ImproperlyConfigured(f"Production does not start without {', '.join(missing)}.")
    if DEBUG:
        raise ImproperlyConfigured("PLACEMENT_DEBUG is for development; production does not start with it.")
    if not SECOND_FACTOR:
        raise ImproperlyConfigured("PLACEMENT_SECOND_FACTOR=no is for the demo; production does not start with it.")
    if len(str(SECRET_KEY)) < 50:
        raise ImproperlyConfigured("PLACEMENT_SECRET_KEY must have at least 50 characters.")
    if any("*" in host or not host.strip(".") for host in cast(list[str], ALLOWED_HOSTS)):
        raise ImproperlyConfigured("PLACEMENT_HOSTS must name each host: a star or a dot alone stands for any host.")
    for name, url in [("DATABASE_URL", DATABASE_URL), ("DATABASE_OWNER_URL", DATABASE_OWNER_URL)]:
        if url and str(url).partition("://")[0] not in {"postgres", "postgresql"}:
            raise ImproperlyConfigured(f"{name} must be the address of a PostgreSQL database: postgres://…")
else:
    if not LOCAL.issuperset(cast(list[str], ALLOWED_HOSTS)):
        raise ImproperlyConfigured(
            "The demo answers on this machine only: set PLACEMENT_MODE=production, or take other names out of PLACEMENT_HOSTS."
        )
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "testserver"]


def made_once(name: str, text: str, folder: Path = DATA_DIR) -> str:
    """Return what the demo keeps in file ``name`` of its data folder: ``text`` when it is asked for the first time."""
    file = folder / name
    if not file.exists():
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)  # the database's account may pass through
        try:
            with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
                stream.write(text)
        except FileExistsError:
            pass
    return file.read_text()


def data_keys(parts: list[str]) -> dict[str, bytes]:
    """Return the keys that encrypt addresses and the seeds of second factors, by name, the one that writes first.

    A key that wrote must stay in the list.
    """
    keys = {}
    for part in parts:
        name, _, text = part.partition(":")
        try:
            keys[name] = base64.b64decode(text, validate=True)
        except binascii.Error:
            keys[name] = b""
        if not (name.isascii() and name.isalnum() and len(name) <= 20) or len(keys[name]) != 32:
            raise ImproperlyConfigured(
                "PLACEMENT_DATA_KEYS must be name:key, with commas between several; a name of letters and digits, and a key of"
                " 32 bytes in base64, such as python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'."
            )
    return keys


SECRET_KEY = SECRET_KEY or made_once("demo-secret-key", secrets.token_urlsafe(64))
DATA_KEYS = data_keys(
    cast(list[str], DATA_KEYS_TEXT)
    or [made_once("demo-data-key", f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}")]
)

INSTALLED_APPS = [
    "placement.ui",
    "placement.audit",
    "placement.access",
    "residents",
    "placement.facilities",
    "compliance",
    "placement.demo",
    "placement.bench",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # 17,431 instead of 17431
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # the templates that placement.ui.forms builds on
    "guardian",
    "simple_history",
    "django_htmx",
    "csp",
    "allauth.account",  # which allauth.mfa is built on; its own pages and addresses are not mounted
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "placement.access.middleware.without_session",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "placement.access.middleware.RequestMiddleware",
]

ROOT_URLCONF = "placement.urls"
WSGI_APPLICATION = "placement.wsgi.application"
APPEND_SLASH = False  # one address per page; a redirect would tell which addresses exist

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "placement.ui.context.page",
                "placement.access.outbox.page",
                "residents.context.emergencies",
            ],
        },
    }
]
FORM_RENDERER = "placement.ui.forms.Renderer"

DATABASE: dict[str, Any] = {
    "ENGINE": "placement.database",
    "NAME": "placement",
    "CONN_MAX_AGE": None,
    "ATOMIC_REQUESTS": True,
}
DATABASE_OWNER = None
if DATABASE_URL:
    DATABASE |= dj_database_url.parse(str(DATABASE_URL), engine="placement.database", conn_max_age=None)
if DATABASE_OWNER_URL:
    DATABASE_OWNER = dict(dj_database_url.parse(str(DATABASE_OWNER_URL), engine="placement.database"))
DATABASES = {"default": DATABASE | {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}}
EMBEDDED_DATA_DIR = DATA_DIR / "postgres"

AUTH_USER_MODEL = "access.Person"
AUTHENTICATION_BACKENDS = ["placement.access.signin.PasswordBackend"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
MFA_ADAPTER = "placement.access.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds before and after, for clocks that are not quite right
MFA_TOTP_ISSUER = "Placement"
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # guardian's tables are read through visible_to(), never through its backend
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "staff_number"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},  # 20,000, shipped with Django
    {"NAME": "placement.access.passwords.NoOwnNames"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "work"
LOGOUT_REDIRECT_URL = "accounts:login"

SESSION_ENGINE = "placement.access.store"
SESSION_COOKIE_AGE = 12 * 60 * 60  # the row's age; the limits below are held by placement.access.sessions
SESSION_LIMITS = {  # role: minutes without a request (never more than IDLE_MINUTES), hours since the sign-in
    "": (15, 10),
    "staff": (SHIFT_IDLE_MINUTES, 12),  # a night shift and its hand-off
    "sysadmin": (10, 4),
}
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
WITHOUT_SESSION = ("/tell/",)  # pages that don't know who is signed in on the tablet
CSRF_COOKIE_AGE = None  # goes with the browser: nothing stays on a borrowed device
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "placement.ui.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # never in a cookie
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None  # the demo serves from the apps
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DOCUMENTS_DIR}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

SIMPLE_HISTORY_DATE_INDEX = False
SIMPLE_HISTORY_ENABLED = False  # rows are written by triggers (placement.audit)

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORMAT_MODULE_PATH: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"quiet": {"()": "placement.access.logs.NoRecordText"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["quiet"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "placement.access.logs.NoValues"
