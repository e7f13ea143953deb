"""Settings: read once, typed, every problem reported at once. `.env.example` explains each."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.settings_reader import ConfigError, Reader

PLUGINS = ("app.blueprints.auth", "app.blueprints.peering")

# Names that operators may bring along and that have no use here; `flask check` says so.
ACCEPTED_WITHOUT_USE = (
    "IDENTITY_WATERMARK",
    "IDENTITY_TESTEMAIL",
    "IDENTITY_RSVPEMAIL",
    "IDENTITY_BILLING_EMAIL",
    "IDENTITY_BILLING_PHONE",
    "IDENTITY_BILLING_HOURS",
    "IDENTITY_ALERTS_EMAIL",
    "IDENTITY_ALERTS_NAME",
    "MAIL_SENDMAIL_PATH",
    "MAIL_LOG_CHANNEL",
)


@dataclass(frozen=True)
class Identity:
    """Who runs the exchange, as members read it."""

    orgname: str = "IXP"
    sitename: str = "Peering Manager"
    titlename: str = "Peering Manager"
    legalname: str = "IXP"
    name: str = "IXP"  # From name of mails
    email: str = "ixp@example.com"  # From address of mails
    city: str = ""
    country: str = ""  # ISO 3166 alpha-2
    support_email: str = ""
    support_phone: str = ""
    support_hours: str = ""
    corporate_url: str = ""
    biglogo: str = ""
    default_vlan: str = ""  # name of a VLAN, or its id in the member export; first column


@dataclass(frozen=True)
class MailSettings:
    """The relay, in Flask-Mail's words; no server means that no mail can be sent."""

    server: str = ""
    port: int = 25
    use_tls: bool = False  # STARTTLS
    use_ssl: bool = False
    username: str = ""
    password: str = field(default="", repr=False)
    default_sender: str = ""
    suppress_send: bool = False
    ehlo_domain: str = ""


@dataclass(frozen=True)
class TestMode:
    """Every peering request goes to one address only; nothing is recorded unless asked for."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    on: bool = False
    email: str = ""
    note: bool = False
    date: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. The defaults run the portal on one machine with SQLite."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    app_url: str = ""
    debug: bool = False
    plugins: tuple[str, ...] = PLUGINS
    trusted_proxies: int = 0
    skin_dir: Path | None = None
    session_hours: int = 12
    identity: Identity = Identity()
    mail: MailSettings = MailSettings()
    test_mode: TestMode = TestMode()
    min_auth: int = 2  # role from which a user may act for a member
    matrix_min_auth: int = 1
    lookback_days: int = 28
    confirm_seconds: int = 300
    peering_manager_disabled: bool = False
    peering_matrix_disabled: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str], instance: Path) -> "Settings":
        """Read every setting; raises ConfigError with every problem at once.

        `instance` is the folder that holds the database, the generated secret key and the
        skins when nothing else is said. It is created when it is missing.
        """
        read = Reader(environ)
        settings = cls(
            database_url=_database_url(read, instance),
            secret_key=read.text("SECRET_KEY"),
            app_url=read.text("APP_URL").rstrip("/"),
            debug=read.flag("APP_DEBUG", default=False),
            plugins=read.words("PLUGINS", default=PLUGINS),
            trusted_proxies=read.number("TRUSTED_PROXIES", default=0, least=0, most=9),
            skin_dir=_skin_dir(read, instance),
            session_hours=read.number("SESSION_HOURS", default=12, least=1, most=8760),
            identity=_identity(read),
            mail=_mail(read),
            test_mode=_test_mode(read),
            min_auth=read.number("PEERING_MANAGER_MIN_AUTH", default=2, least=1, most=2),
            matrix_min_auth=read.number("PEERING_MATRIX_MIN_AUTH", default=1, least=0, most=3),
            lookback_days=read.number(
                "PEERING_MATRIX_LOOKBACK_DAYS", default=28, least=1, most=366
            ),
            confirm_seconds=read.number(
                "SESSION_CONFIRM_SECONDS", default=300, least=1, most=86400
            ),
            peering_manager_disabled=read.flag(
                "IXP_FE_FRONTEND_DISABLED_PEERING_MANAGER", default=False
            ),
            peering_matrix_disabled=read.flag(
                "IXP_FE_FRONTEND_DISABLED_PEERING_MATRIX", default=False
            ),
        )
        _check_address(settings.app_url, read)
        if settings.secret_key and len(settings.secret_key) < 16:
            read.problems.append("SECRET_KEY is shorter than 16 characters; use a longer one.")
        if read.problems:
            raise ConfigError(read.problems)
        if settings.secret_key:
            return settings
        return cls(**{**settings.__dict__, "secret_key": _generated_key(instance)})

    def for_flask(self) -> dict[str, Any]:
        """The same settings under the names the Flask extensions want."""
        secure = self.app_url.startswith("https://")
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": secure,
            "PERMANENT_SESSION_LIFETIME": self.session_hours * 3600,
            "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session
            "BOOTSTRAP_SERVE_LOCAL": True,
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAIL_SERVER": self.mail.server or "127.0.0.1",
            "MAIL_PORT": self.mail.port,
            "MAIL_USE_TLS": self.mail.use_tls,
            "MAIL_USE_SSL": self.mail.use_ssl,
            "MAIL_USERNAME": self.mail.username or None,
            "MAIL_PASSWORD": self.mail.password or None,
            "MAIL_DEFAULT_SENDER": self.mail.default_sender
            or (self.identity.name, self.identity.email),
            "MAIL_SUPPRESS_SEND": self.mail.suppress_send or not self.mail.server,
        }


def _identity(read: Reader) -> Identity:
    orgname = read.text("IDENTITY_ORGNAME", default="IXP")
    sitename = read.text("IDENTITY_SITENAME", default="Peering Manager")
    return Identity(
        orgname=orgname,
        sitename=sitename,
        titlename=read.text("IDENTITY_TITLENAME", default=sitename),
        legalname=read.text("IDENTITY_LEGALNAME", default=orgname),
        name=read.text("IDENTITY_NAME", default=orgname),
        email=read.email("IDENTITY_EMAIL", default="ixp@example.com"),
        city=read.text("IDENTITY_CITY"),
        country=read.text("IDENTITY_COUNTRY"),
        support_email=read.email("IDENTITY_SUPPORT_EMAIL"),
        support_phone=read.text("IDENTITY_SUPPORT_PHONE"),
        support_hours=read.text("IDENTITY_SUPPORT_HOURS"),
        corporate_url=read.text("IDENTITY_CORPORATE_URL"),
        biglogo=read.text("IDENTITY_BIGLOGO"),
        default_vlan=read.text("IDENTITY_DEFAULT_VLAN"),
    )


def _mail(read: Reader) -> MailSettings:
    """Flask-Mail's names and the older ones (MAIL_HOST, MAIL_ENCRYPTION, MAIL_MAILER)."""
    older = read.choice("MAIL_ENCRYPTION", ("tls", "ssl", "false", "null", "none"), default="none")
    mailer = read.choice("MAIL_MAILER", ("smtp", "log", "array"), default="smtp")
    tls = read.flag("MAIL_USE_TLS", default=older == "tls")
    ssl = read.flag("MAIL_USE_SSL", default=older == "ssl")
    if tls and ssl:
        read.problems.append("MAIL_USE_TLS and MAIL_USE_SSL are both on; a relay speaks only one.")
    return MailSettings(
        server=read.text("MAIL_SERVER", "MAIL_HOST"),
        port=read.number("MAIL_PORT", default=25, least=1, most=65535),
        use_tls=tls,
        use_ssl=ssl,
        username=read.text("MAIL_USERNAME"),
        password=read.text("MAIL_PASSWORD"),
        default_sender=read.email("MAIL_DEFAULT_SENDER"),
        suppress_send=read.flag("MAIL_SUPPRESS_SEND", default=mailer != "smtp"),
        ehlo_domain=read.text("MAIL_EHLO_DOMAIN"),
    )


def _test_mode(read: Reader) -> TestMode:
    mode = TestMode(
        on=read.flag("PEERING_MANAGER_TESTMODE", default=False),
        email=read.email("PEERING_MANAGER_TESTEMAIL"),
        note=read.flag("PEERING_MANAGER_TESTNOTE", default=False),
        date=read.flag("PEERING_MANAGER_TESTDATE", default=False),
    )
    if mode.on and not mode.email:
        read.problems.append(
            "PEERING_MANAGER_TESTMODE is on without a valid PEERING_MANAGER_TESTEMAIL; "
            "set the address that is to get every peering request."
        )
    return mode


def _database_url(read: Reader, instance: Path) -> str:
    given = read.text("DATABASE_URL")
    if not given:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'portal.sqlite'}"
    # psycopg is the driver we ship; the short names are what people write.
    for short in ("postgres://", "postgresql://"):
        if given.startswith(short):
            given = "postgresql+psycopg://" + given.removeprefix(short)
    try:
        dialect = make_url(given).get_backend_name()
    except ArgumentError:
        dialect = ""
    if dialect not in ("sqlite", "postgresql"):
        read.problems.append(
            "DATABASE_URL must be sqlite:////path/to/file or postgresql://user:password@host/name."
        )
    return given


def _skin_dir(read: Reader, instance: Path) -> Path | None:
    path, name = read.folder("SKIN_DIR"), read.text("VIEW_SKIN")
    if path or not name:
        return path
    if not name.replace("-", "").replace("_", "").isalnum():
        read.problems.append(f"VIEW_SKIN is “{name}”, but it must be the plain name of a folder.")
        return None
    if not (instance / "skins" / name).is_dir():
        read.problems.append(f"VIEW_SKIN is “{name}”, but {instance / 'skins' / name} is missing.")
        return None
    return instance / "skins" / name


def _check_address(app_url: str, read: Reader) -> None:
    if app_url and not app_url.startswith(("http://", "https://")):
        read.problems.append(f"APP_URL is “{app_url}”, but it must start with http:// or https://.")


def _generated_key(instance: Path) -> str:
    """A key made once and kept readable for its owner only; two starts at once agree on one."""
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = instance / f"secret_key.{secrets.token_hex(8)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass  # another process was first; its key counts
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
