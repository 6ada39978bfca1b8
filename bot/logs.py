"""Structured logs, ours and the libraries', on standard error. Ids are logged, what people wrote never."""

import logging
import sys

import structlog

from bot.settings import Settings

# At their debug level these print requests and responses, pasted text and all; at info what interests only them.
TALKATIVE = ("slack_bolt", "slack_sdk", "urllib3", "asyncio", "uvicorn", "markdown_it")


def configure(settings: Settings) -> None:
    """Send every log record through structlog."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(settings)],
        )
    )
    # On the handler, since Bolt gives each of its loggers the root's level.
    floor = logging.INFO if level < logging.INFO else max(level, logging.WARNING)
    handler.addFilter(lambda record: record.levelno >= floor or not record.name.startswith(TALKATIVE))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def _rendering(settings: Settings) -> list[structlog.typing.Processor]:
    console = settings.log_format == "console" or (settings.log_format == "auto" and sys.stderr.isatty())
    if console:
        # The plain traceback shows no local variables: those hold pastes.
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
