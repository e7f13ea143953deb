"""How gunicorn serves the portal. Every line can be overridden on its command line."""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2  # pages are Python under one lock; a second thread serves while one writes
preload_app = True  # a setting that makes no sense stops the start once, not once a worker
control_socket_disable = True  # its default path is shared by every gunicorn of a user
access_log_format = '%({x-forwarded-for}i)s %(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
accesslog = os.environ.get("ACCESS_LOG") or None


def when_ready(server: object) -> None:
    """Say at the start, not at the first login, that the tables are missing or too old; where
    they are right, do once what every worker's first request would have to do."""
    from app.warm_up import warm_up
    from wsgi import app

    problem = _database_problem()
    if problem:
        server.log.error(problem)  # type: ignore[attr-defined]
    else:
        warm_up(app)


def post_worker_init(worker: object) -> None:
    """What forking lost: a connection, and memory of its own."""
    from app.warm_up import rehearse
    from wsgi import app

    if not _database_problem():
        rehearse(app)


def _database_problem() -> str | None:
    from app.cli.check import database_problem
    from app.extensions import db
    from wsgi import app

    with app.app_context():
        problem = database_problem()
        db.engine.dispose()  # no connection may be shared with the workers
    return problem
