"""Reads the settings from the environment: once, every problem reported at once."""

import secrets
import ssl
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.assets import find_in
from app.config import (
    MAILERS,
    METRICS_ALLOW,
    PLUGINS,
    Identity,
    MailSettings,
    RequestSettings,
    Settings,
    SflowSettings,
    TestMode,
)
from app.domain.feed.senders import parse_networks
from app.settings_reader import ConfigError, Reader
from app.web_address import origin_of, parse_web_address

# Of what an agent sends, times more than 60 s apart are not counted as watched; half of that leaves
# room for a late write.
MOST_FLUSH = 30
STATIC = Path(__file__).parent / "static"


def read_settings(environ: Mapping[str, str], instance: Path) -> Settings:
    """Read every setting; raises ConfigError with every problem at once.

    `instance` is the folder that holds the database, the generated secret key and the
    skins when nothing else is said. It is created when it is missing.
    """
    read = Reader(environ)
    skin_dir = _skin_dir(read, instance)
    settings = Settings(
        database_url=_database_url(read, instance),
        secret_key=read.text("SECRET_KEY"),
        app_url=read.text("APP_URL").rstrip("/"),
        debug=read.flag("APP_DEBUG", default=False),
        plugins=read.words("PLUGINS", default=PLUGINS),
        trusted_proxies=read.number("TRUSTED_PROXIES", default=0, least=0, most=9),
        skin_dir=skin_dir,
        session_hours=read.number("SESSION_HOURS", default=12, least=1, most=8760),
        session_days=read.number("SESSION_DAYS", default=30, least=1, most=365),
        identity=_identity(read, skin_dir),
        mail=_mail(read),
        test_mode=_test_mode(read),
        requests=_requests(read),
        sflow=_sflow(read),
        min_auth=read.number("PEERING_MANAGER_MIN_AUTH", default=2, least=1, most=2),
        matrix_min_auth=read.number("PEERING_MATRIX_MIN_AUTH", default=1, least=0, most=3),
        lookback_days=read.number("PEERING_MATRIX_LOOKBACK_DAYS", default=28, least=1, most=366),
        confirm_seconds=read.number("SESSION_CONFIRM_SECONDS", default=300, least=1, most=86400),
        history_days=read.number("SESSION_HISTORY_DAYS", default=400, least=28, most=4000),
        metrics_allow=_metrics_allow(read),
        peering_manager_disabled=read.flag(
            "IXP_FE_FRONTEND_DISABLED_PEERING_MANAGER", default=False
        ),
        peering_matrix_disabled=read.flag("IXP_FE_FRONTEND_DISABLED_PEERING_MATRIX", default=False),
    )
    _check_address(settings.app_url, read)
    if settings.secret_key and len(settings.secret_key) < 16:
        read.problems.append("SECRET_KEY is shorter than 16 characters; use a longer one.")
    if read.problems:
        raise ConfigError(read.problems)
    if settings.secret_key:
        return settings
    return replace(settings, secret_key=_generated_key(instance))


def _identity(read: Reader, skin_dir: Path | None) -> Identity:
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
        corporate_url=read.parsed("IDENTITY_CORPORATE_URL", parse_web_address),
        biglogo=read.parsed("IDENTITY_BIGLOGO", lambda value: _logo(value, skin_dir)),
        default_vlan=read.text("IDENTITY_DEFAULT_VLAN"),
    )


def _logo(value: str, skin_dir: Path | None) -> str:
    folders = [skin_dir / "static"] if skin_dir else []
    if not origin_of(value) and not any(find_in(str(f), value) for f in [*folders, STATIC]):
        raise ValueError(
            "must be an address such as https://www.example.net/logo.svg, or the path of a file "
            "in the folder static of your skin, such as img/logo.svg"
        )
    return value


def _mail(read: Reader) -> MailSettings:
    """Flask-Mail's names and the older ones (MAIL_HOST, MAIL_ENCRYPTION, MAIL_MAILER)."""
    older = read.choice("MAIL_ENCRYPTION", ("tls", "ssl", "false", "null", "none"), default="none")
    mailer = read.choice("MAIL_MAILER", MAILERS, default="smtp")
    tls = read.flag("MAIL_USE_TLS", default=older == "tls")
    from_start = read.flag("MAIL_USE_SSL", default=older == "ssl")
    if tls and from_start:
        read.problems.append("MAIL_USE_TLS and MAIL_USE_SSL are both on; a relay speaks only one.")
    return MailSettings(
        server=read.text("MAIL_SERVER", "MAIL_HOST"),
        port=read.number("MAIL_PORT", default=25, least=1, most=65535),
        use_tls=tls,
        use_ssl=from_start,
        username=read.text("MAIL_USERNAME"),
        password=read.text("MAIL_PASSWORD"),
        default_sender=read.email("MAIL_DEFAULT_SENDER"),
        suppress_send=read.flag("MAIL_SUPPRESS_SEND", default=mailer != "smtp"),
        mailer=mailer,
        bounce_address=read.email("MAIL_BOUNCE_ADDRESS"),
        ehlo_domain=read.text("MAIL_EHLO_DOMAIN"),
        timeout=read.number("MAIL_TIMEOUT", default=30, least=1, most=600),
        tls_verify=read.flag("MAIL_TLS_VERIFY", default=True),
        tls_ca_file=read.parsed("MAIL_TLS_CA_FILE", _ca_file),
        sink=read.flag("MAIL_SINK", default=False),
    )


def _ca_file(value: str) -> str:
    try:
        ssl.create_default_context(cafile=value)
    except OSError as error:  # ssl.SSLError is one, too
        raise ValueError("must be the path of a PEM file with certificates") from error
    return value


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


def _requests(read: Reader) -> RequestSettings:
    return RequestSettings(
        resend_days=read.number("PEERING_MANAGER_RESEND_DAYS", default=30, least=0, most=3650),
        daily_limit=read.number("PEERING_MANAGER_DAILY_LIMIT", default=100, least=1, most=100_000),
        recipient_limit=read.number(
            "PEERING_MANAGER_RECIPIENT_LIMIT", default=10, least=1, most=100_000
        ),
        free_recipients=read.flag("PEERING_MANAGER_FREE_RECIPIENTS", default=False),
    )


def _sflow(read: Reader) -> SflowSettings:
    agents = read.words("SFLOW_AGENTS", default=())
    try:
        parse_networks(agents)
    except ValueError as error:
        read.problems.append(f"SFLOW_AGENTS {error}.")
    return SflowSettings(
        agents=agents,
        flush_seconds=read.number("SESSION_FLUSH_SECONDS", default=5, least=1, most=MOST_FLUSH),
    )


def _metrics_allow(read: Reader) -> tuple[str, ...]:
    allowed = read.words("METRICS_ALLOW", default=METRICS_ALLOW)
    try:
        parse_networks(allowed)
    except ValueError as error:
        read.problems.append(f"METRICS_ALLOW {error}.")
    return allowed


def _database_url(read: Reader, instance: Path) -> str:
    given = read.text("DATABASE_URL")
    if not given:
        instance.mkdir(parents=True, exist_ok=True)
        (instance / "portal.sqlite").touch(mode=0o600)  # it holds password hashes
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
