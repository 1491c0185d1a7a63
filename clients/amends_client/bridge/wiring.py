"""The only wiring: from the configuration to a bridge that runs."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, assert_never

from amends_client._credentials import tls_credentials
from amends_client.bridge.handle import Handler, Source
from amends_client.bridge.look import Look
from amends_client.bridge.mapping.model import CaseMapping
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.queue.queue import Queue
from amends_client.bridge.secret import Secret
from amends_client.bridge.settings import AmendsSettings, Settings, SettingsError, SourceSettings
from amends_client.bridge.vendors.django_helpdesk import DjangoHelpdesk, DjangoHelpdeskSettings
from amends_client.bridge.vendors.generic import Generic, GenericSettings
from amends_client.bridge.vendors.hubspot import HubSpot, HubSpotSettings
from amends_client.bridge.vendors.salesforce import Salesforce, SalesforceSettings
from amends_client.bridge.vendors.tryton import Tryton, TrytonSettings
from amends_client.bridge.vendors.zendesk import Zendesk, ZendeskSettings
from amends_client.bridge.watch import Watch
from amends_client.bridge.web import App, Door, make_app
from amends_client.bridge.work import Patience, Workers
from amends_client.client import AmendsClient
from amends_client.messages import RulePack

_NANOS: Final = 1_000_000_000
_TIDY_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge: the web side to serve, and the workers to start and stop."""

    app: App
    workers: Workers


@contextmanager
def open_bridge(settings: Settings, now: Callable[[], int] = time.time_ns) -> Iterator[Bridge]:
    """All of it, closed again at the end. SettingsError, MappingError or SecretError where it cannot be had."""
    with ExitStack() as opened:
        sources = {name: _source(name, one, opened, now) for name, one in settings.sources.items()}
        queue = opened.enter_context(open_queue(settings, now))
        amends = opened.enter_context(_client(settings.amends))
        metrics = Metrics()
        metrics.watch_queue(lambda: {state.value: count for state, count in queue.counts().items()})
        work = settings.work
        patience = Patience(lease=work.lease, attempts=work.attempts, pause=work.pause)
        handler = Handler(amends, queue, sources, metrics)
        workers = Workers(queue, handler, metrics, patience=patience, count=work.workers)
        watch = Watch(amends, queue, lead=timedelta(seconds=work.remind_before), now=now)
        workers.watch(watch, seconds=work.look_every)
        for source in sources.values():
            if source.seen is not None:
                workers.watch(Look(queue, source, source.seen, metrics), seconds=work.look_every)
        workers.watch(_tidy(queue, now, keep=work.keep), seconds=_TIDY_SECONDS)
        door = Door(queue, sources, metrics, now, workers.notify, settings.largest_body)
        yield Bridge(make_app(door), workers)


def open_queue(settings: Settings, now: Callable[[], int] = time.time_ns) -> Queue:
    """The queue alone, for who looks after it."""
    url = settings.queue.reveal() if isinstance(settings.queue, Secret) else settings.queue
    return Queue(url, now)


def pack_of(settings: AmendsSettings, policy: str) -> RulePack:
    """The rules that decide by a policy, with their facts. SettingsError where none do."""
    with _client(settings) as amends:
        for pack in amends.list_rule_packs():
            if policy in pack.policies:
                return amends.get_rule_pack(pack.name.removeprefix("rulePacks/"))
    raise SettingsError(f"the service has no policy {policy!r}")


def _tidy(queue: Queue, now: Callable[[], int], *, keep: float) -> Callable[[], int]:
    def tidy() -> int:
        queue.forget(received_before=now() - int(keep * _NANOS))
        return 0

    return tidy


def _source(name: str, settings: SourceSettings, opened: ExitStack, now: Callable[[], int]) -> Source:
    try:
        text = settings.mapping.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{settings.mapping}: {error}") from None
    mapping = read_mapping(text, file=str(settings.mapping))
    source = _connected(name, settings, mapping, now)
    opened.callback(source.helpdesk.close)
    return source


def _connected(name: str, settings: SourceSettings, mapping: CaseMapping, now: Callable[[], int]) -> Source:
    match settings.desk:
        case GenericSettings():
            return Source(name, Generic(settings.desk), mapping, settings.policy)
        case ZendeskSettings():
            return Source(name, Zendesk(settings.desk), mapping, settings.policy)
        case HubSpotSettings():
            hubspot = HubSpot(settings.desk, now)
            return Source(name, hubspot, mapping, settings.policy, workflow=hubspot, report=hubspot.report)
        case SalesforceSettings():
            salesforce = Salesforce(settings.desk, now)
            return Source(name, salesforce, mapping, settings.policy, report=salesforce.report)
        case DjangoHelpdeskSettings():
            helpdesk = DjangoHelpdesk(settings.desk)
            return Source(name, helpdesk, mapping, settings.policy, report=helpdesk.report)
        case TrytonSettings():
            tryton = Tryton(settings.desk, now)
            return Source(name, tryton, mapping, settings.policy, seen=tryton.look)
        case _:
            assert_never(settings.desk)


def _client(settings: AmendsSettings) -> AmendsClient:
    credentials = tls_credentials(authority=settings.authority) if settings.tls or settings.authority else None
    token = None if settings.token is None else settings.token.reveal()
    return AmendsClient(settings.target, credentials=credentials, token=token, deadline=settings.deadline)
