"""Who lists the fields, forms and tags of a source, by its vendor; and in words why there is no list."""

from contextlib import closing
from http import HTTPStatus
from typing import assert_never

from amends_client.bridge.listing import Lister, Listing
from amends_client.bridge.ports import AwayError
from amends_client.bridge.settings import Desk, SettingsError, SourceSettings
from amends_client.bridge.vendors.django_helpdesk import DjangoHelpdeskSettings
from amends_client.bridge.vendors.django_helpdesk_fields import DjangoHelpdeskFields
from amends_client.bridge.vendors.generic import GenericSettings
from amends_client.bridge.vendors.generic_fields import GenericFields
from amends_client.bridge.vendors.http import LockedOutError, StatusError
from amends_client.bridge.vendors.hubspot import HubSpotSettings
from amends_client.bridge.vendors.hubspot_fields import HubSpotFields
from amends_client.bridge.vendors.salesforce import SalesforceSettings
from amends_client.bridge.vendors.salesforce_fields import SalesforceFields
from amends_client.bridge.vendors.tryton import TrytonSettings
from amends_client.bridge.vendors.tryton_fields import TrytonFields
from amends_client.bridge.vendors.zendesk import ZendeskSettings
from amends_client.bridge.vendors.zendesk_fields import ZendeskFields

_BY_HAND = "write its mapping from a payload that it has sent, and look at it with `amends-bridge try MAPPING PAYLOAD`"


def list_desk(settings: SourceSettings) -> Listing:
    """All of it. SettingsError where the vendor tells none, or refuses; AwayError, DeniedError where it fails."""
    vendor = settings.desk.vendor
    with closing(_lister(settings.desk)) as lister:
        try:
            return lister.listing()
        except LockedOutError as error:
            raise SettingsError(f"{error}; {vendor} does not know the bridge's token, password or secret") from None
        except AwayError as error:
            wait = "" if error.seconds is None else f"; it asks to wait {error.seconds:g} seconds"
            raise AwayError(f"{vendor} does not answer now: {error}{wait}") from None
        except StatusError as error:
            match error.status:
                case HTTPStatus.FORBIDDEN:
                    why = "the user or app that it calls as is not let in, or may not read the fields"
                case HTTPStatus.NOT_FOUND:
                    why = "there is no such list at `address`"
                case _:
                    why = "is `address` right, and as whom the bridge calls?"
            raise SettingsError(f"{error}; {vendor} refuses: {why}") from None


def _lister(desk: Desk) -> Lister:
    match desk:
        case ZendeskSettings():
            return ZendeskFields(desk)
        case HubSpotSettings():
            return HubSpotFields(desk)
        case SalesforceSettings():
            return SalesforceFields(desk)
        case DjangoHelpdeskSettings():
            return DjangoHelpdeskFields(desk)
        case TrytonSettings():
            return TrytonFields(desk)
        case GenericSettings():
            if desk.fields is None:
                raise SettingsError(f"nothing says how it lists its fields: tell it under `fields`, or {_BY_HAND}")
            return GenericFields(desk, desk.fields)
        case _:
            assert_never(desk)
