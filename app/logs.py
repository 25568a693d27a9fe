"""Where log lines go: JSON in HOME/log for everything, plain words on stderr for what needs a person.

Rows never reach the log: of a database error only its class and code are written, because its message
may quote the row that it refused.
"""

import logging
import logging.handlers
import sys
from pathlib import Path
from types import TracebackType

import psycopg
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FILE_BYTES = 5_000_000
FILES_KEPT = 5


def log_file(home: Path) -> Path:
    """The log of the store under this home."""
    return home / "log" / "watchfloor.log"


def start_logs(home: Path, level: str) -> None:
    """Sends structlog and the standard library's loggers to HOME/log and to stderr."""
    path = log_file(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    to_file = logging.handlers.RotatingFileHandler(
        path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
    )
    to_file.setFormatter(_formatter(structlog.processors.JSONRenderer()))
    to_person = logging.StreamHandler(sys.stderr)
    to_person.setFormatter(_formatter(structlog.dev.ConsoleRenderer(colors=False), with_traceback=False))
    to_person.setLevel(logging.ERROR)
    # its errors are told by our own answers; the rest of them are slow browsers at the end
    to_person.addFilter(lambda record: record.name != "uvicorn.error")
    logging.basicConfig(level=level, handlers=[to_file, to_person], force=True)
    # these name query strings and positions at INFO
    for name in ("httpx", "tornado", "bokeh", "panel", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(renderer: Processor, *, with_traceback: bool = True) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _frames if with_traceback else _class_only,
            renderer,
        ],
    )


def _frames(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replaces exc_info by the places in the code and a message that is known to hold no row."""
    if error := _raised(event):
        event["error"] = described(error)
        event["frames"] = _places(error.__traceback__)
    return event


def _class_only(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if error := _raised(event):
        event["error"] = type(error).__name__
    return event


def _raised(event: EventDict) -> BaseException | None:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        info = info[1]
    return info if isinstance(info, BaseException) else None


def described(error: BaseException) -> str:
    """The error and its causes in one line; of a database error the class and code alone."""
    chain = []
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, psycopg.Error):
            chain.append(f"{type(seen).__name__} {seen.sqlstate or ''}".strip())
        else:
            chain.append(f"{type(seen).__name__}: {seen}")
        seen = seen.__cause__
    return " <- ".join(chain)


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return places
