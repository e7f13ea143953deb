"""Settings, typed, with their defaults. `.env.example` explains each."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.web_address import origin_of

PLUGINS = (
    "app.blueprints.auth",
    "app.blueprints.attention",
    "app.blueprints.peering",
    "app.blueprints.requests",
    "app.blueprints.matrix",
    "app.blueprints.details",
    "app.blueprints.team",
    "app.blueprints.member_admin",
    "app.blueprints.vlan_admin",
    "app.blueprints.user_admin",
    "app.blueprints.outbox",
    "app.blueprints.detection",
    "app.blueprints.audit",
    "app.blueprints.account",
    "app.blueprints.guide",
    "app.blueprints.ops",
)

CONNECT_SECONDS = 10
METRICS_ALLOW = ("127.0.0.0/8", "::1")

MAILERS = ("smtp", "sendmail", "log", "array", "ses", "mailgun", "postmark", "failover")

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
    corporate_url: str = ""  # http or https
    biglogo: str = ""  # the address of an image, or the path of a static file
    default_vlan: str = ""  # name of a VLAN, or its id in the member export; first column

    @property
    def logo_origin(self) -> str:
        """The site that the logo comes from; empty when it is a file of our own."""
        return origin_of(self.biglogo)


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
    mailer: str = "smtp"  # any other word of MAILERS means that nothing is sent
    bounce_address: str = ""  # envelope sender; empty: the address in From
    ehlo_domain: str = ""  # what we call ourselves; empty: the name of this machine
    timeout: int = 30  # seconds, for each step of a conversation
    tls_verify: bool = True
    tls_ca_file: str = ""  # certificates to trust beside those of the system
    sink: bool = False  # development: show what the local sink caught

    @property
    def leaves(self) -> bool:
        """Whether there is a relay, and nothing that holds mail back."""
        return not self.obstacle

    @property
    def obstacle(self) -> str:
        """Why no mail leaves, as a sentence; empty when it does."""
        if not self.server:
            return "MAIL_SERVER is not set, so no mail can leave."
        if self.mailer != "smtp" and self.suppress_send:
            return f"MAIL_MAILER is {self.mailer}, and mail leaves by SMTP only."
        return "MAIL_SUPPRESS_SEND is on, so no mail leaves." if self.suppress_send else ""


@dataclass(frozen=True)
class TestMode:
    """Every peering request goes to one address only; nothing is recorded unless asked for."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    on: bool = False
    email: str = ""
    note: bool = False
    date: bool = False


@dataclass(frozen=True)
class RequestSettings:
    """How often, how many, and to whom peering requests may go."""

    resend_days: int = 30  # since the last one to the same member; sooner needs a confirmation
    daily_limit: int = 100  # of one asking member, a day (UTC)
    recipient_limit: int = 10  # to one asked member, a day
    free_recipients: bool = False  # else only addresses that the exchange knows of both members


@dataclass(frozen=True)
class SflowSettings:
    """The live collector."""

    agents: tuple[str, ...] = ()  # addresses and prefixes that may send; none: everybody
    flush_seconds: int = 5  # between two writes: what a crash may lose


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
    session_hours: int = 12  # since the last click
    session_days: int = 30  # since the login
    identity: Identity = Identity()
    mail: MailSettings = MailSettings()
    test_mode: TestMode = TestMode()
    requests: RequestSettings = RequestSettings()
    sflow: SflowSettings = SflowSettings()
    min_auth: int = 2  # role from which a user may act for a member
    matrix_min_auth: int = 1
    lookback_days: int = 28
    confirm_seconds: int = 300
    history_days: int = 400
    metrics_allow: tuple[str, ...] = METRICS_ALLOW
    peering_manager_disabled: bool = False
    peering_matrix_disabled: bool = False

    def _engine_options(self) -> dict[str, Any]:
        """A machine that is gone does not refuse a connection, it says nothing, for minutes."""
        is_postgres = self.database_url.startswith("postgresql")
        if not is_postgres or "connect_timeout" in self.database_url:
            return {}
        return {"connect_args": {"connect_timeout": CONNECT_SECONDS}}

    def for_flask(self) -> dict[str, Any]:
        """The same settings under the names the Flask extensions want."""
        secure = self.app_url.startswith("https://")
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self._engine_options(),
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": secure,
            "PERMANENT_SESSION_LIFETIME": self.session_days * 86400,
            "SESSION_REFRESH_EACH_REQUEST": False,  # the table of logins knows when one ends
            "WTF_CSRF_ENABLED": False,  # app/cross_site.py looks at where a form comes from
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
