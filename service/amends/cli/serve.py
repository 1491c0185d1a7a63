"""`amends serve`: answer calls until told to stop."""

import os
from pathlib import Path
from typing import Annotated

import typer

from amends import log
from amends.cli.exit_codes import ExitCode
from amends.config import (
    EngineName,
    LogFormat,
    LogLevel,
    RecordingMode,
    Settings,
    SettingsError,
    load_settings,
    unknown_variables,
)
from amends.server.errors import CannotListenError, LogAwayError, LogUnusableError, RulesChangedError
from amends.server.ready import check_port_file


def _help(setting: str) -> str:
    return f"{Settings.model_fields[setting].description} [AMENDS_{setting.upper()}]"


def serve(
    host: Annotated[str | None, typer.Option(help=_help("host"))] = None,
    port: Annotated[str | None, typer.Option(metavar="NUMBER", help=_help("port"))] = None,
    insecure: Annotated[bool | None, typer.Option("--insecure", help=_help("insecure"))] = None,
    http_port: Annotated[str | None, typer.Option(metavar="NUMBER", help=_help("http_port"))] = None,
    http_origins: Annotated[str | None, typer.Option(metavar="ORIGINS", help=_help("http_origins"))] = None,
    frame_origins: Annotated[str | None, typer.Option(metavar="ORIGINS", help=_help("frame_origins"))] = None,
    access: Annotated[Path | None, typer.Option(help=_help("access"))] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help=_help("tls_certificate"))] = None,
    tls_key: Annotated[Path | None, typer.Option(help=_help("tls_key"))] = None,
    tls_client_ca: Annotated[Path | None, typer.Option(help=_help("tls_client_ca"))] = None,
    port_file: Annotated[Path | None, typer.Option(help=_help("port_file"))] = None,
    workers: Annotated[str | None, typer.Option(metavar="NUMBER", help=_help("workers"))] = None,
    rules: Annotated[Path | None, typer.Option(help=_help("rules"))] = None,
    policies: Annotated[str | None, typer.Option(help=_help("policies"))] = None,
    engine: Annotated[str | None, typer.Option(metavar="|".join(EngineName), help=_help("engine"))] = None,
    watch: Annotated[bool | None, typer.Option("--watch/--no-watch", help=_help("watch"))] = None,
    approvals: Annotated[bool | None, typer.Option("--approvals", help=_help("approvals"))] = None,
    allow_unverified: Annotated[bool | None, typer.Option("--allow-unverified", help=_help("allow_unverified"))] = None,
    recording: Annotated[str | None, typer.Option(metavar="|".join(RecordingMode), help=_help("recording"))] = None,
    data_dir: Annotated[Path | None, typer.Option(help=_help("data_dir"))] = None,
    database: Annotated[str | None, typer.Option(metavar="URL", help=_help("database"))] = None,
    log_level: Annotated[str | None, typer.Option(metavar="|".join(LogLevel), help=_help("log_level"))] = None,
    log_format: Annotated[str | None, typer.Option(metavar="|".join(LogFormat), help=_help("log_format"))] = None,
    drain_seconds: Annotated[str | None, typer.Option(metavar="NUMBER", help=_help("drain_seconds"))] = None,
    max_request_bytes: Annotated[str | None, typer.Option(metavar="NUMBER", help=_help("max_request_bytes"))] = None,
    max_concurrent_rpcs: Annotated[
        str | None, typer.Option(metavar="NUMBER", help=_help("max_concurrent_rpcs"))
    ] = None,
    max_connection_age_seconds: Annotated[
        str | None, typer.Option(metavar="NUMBER", help=_help("max_connection_age_seconds"))
    ] = None,
    keepalive_seconds: Annotated[str | None, typer.Option(metavar="NUMBER", help=_help("keepalive_seconds"))] = None,
) -> None:
    """Answer calls until told to stop. Every option is a setting of the environment too; the option wins."""
    # All is text until the settings read it: they tell every mistake at once, a flag's as a variable's.
    given = {
        "host": host,
        "port": port,
        "insecure": insecure,
        "http_port": http_port,
        "http_origins": http_origins,
        "frame_origins": frame_origins,
        "access": access,
        "tls_certificate": tls_certificate,
        "tls_key": tls_key,
        "tls_client_ca": tls_client_ca,
        "port_file": port_file,
        "workers": workers,
        "rules": rules,
        "policies": policies,
        "engine": engine,
        "watch": watch,
        "approvals": approvals,
        "allow_unverified": allow_unverified,
        "recording": recording,
        "data_dir": data_dir,
        "database": database,
        "log_level": log_level,
        "log_format": log_format,
        "drain_seconds": drain_seconds,
        "max_request_bytes": max_request_bytes,
        "max_concurrent_rpcs": max_concurrent_rpcs,
        "max_connection_age_seconds": max_connection_age_seconds,
        "keepalive_seconds": keepalive_seconds,
    }
    try:
        _serve(load_settings({name: value for name, value in given.items() if value is not None}))
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"amends serve: {problem}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    except RulesChangedError:
        raise typer.Exit(ExitCode.UNEXPECTED) from None
    except (CannotListenError, LogAwayError, LogUnusableError) as error:
        typer.echo(f"amends serve: {error}", err=True)
        raise typer.Exit(ExitCode.UNEXPECTED) from None


def _serve(settings: Settings) -> None:
    log.configure(level=settings.log_level, console=settings.log_format is LogFormat.CONSOLE)
    check_port_file(settings)
    if settings.supervisor_fd is None:
        _warn_of_unknown_variables(log.get())
    if settings.workers > 1:
        from amends.bootstrap.supervising import supervise

        raise typer.Exit(supervise(settings))
    # The other way of the two: a supervisor must not have imported gRPC.
    from amends.bootstrap.serving import serve as serve_here

    serve_here(settings)


def _warn_of_unknown_variables(logger: log.Logger) -> None:
    """No error, since others set variables too: Kubernetes does so in every pod beside a Service named `amends`."""
    for name, nearest in unknown_variables(os.environ).items():
        logger.warning("unknown_variable", variable=name, nearest=nearest)
