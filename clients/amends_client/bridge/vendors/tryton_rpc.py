"""Tryton's JSON-RPC: methods of models, and its values. Money is exact decimals, moments are UTC."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Final

from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.vendors.answers import one
from amends_client.bridge.vendors.http import HttpClient, LockedOutError, part

_PAGE: Final = 500
_TIME: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond")


class TrytonRpc:
    """One database, as one user."""

    def __init__(self, http: HttpClient, database: str, *, user: str, password: str) -> None:
        self._http = http
        self._database = database
        self._user = user
        self._password = password
        self._session = ""

    def close(self) -> None:
        self._http.close()

    def rows(self, model: str, domain: Sequence[Json], *fields: str) -> Sequence[Mapping[str, Json]]:
        return [row for page in self.pages(model, domain, *fields) for row in page]

    def pages(self, model: str, domain: Sequence[Json], *fields: str) -> Iterator[Sequence[Mapping[str, Json]]]:
        for page in count():
            order = [["id", "ASC"]]
            rows = self.ask(f"{model}.search_read", domain, page * _PAGE, _PAGE, order, list(fields))
            found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            yield found
            if len(found) < _PAGE:
                return

    def ask(self, method: str, *parameters: Json) -> Json:
        """Call a method of a model, by the session that there is; where that has ended, by a new one."""
        session = self._session or self._log_in()
        try:
            return self._call(session, f"model.{method}", *parameters, {})
        except LockedOutError:
            return self._call(self._log_in(), f"model.{method}", *parameters, {})

    def _log_in(self) -> str:
        """A session: Tryton makes it dear to check a password, so that is not done with each call."""
        answer = self._call("", "common.db.login", self._user, {"password": self._password})
        session = base64.b64encode(f"{self._user}:{one(answer, '[0]')}:{one(answer, '[1]')}".encode()).decode()
        self._session = f"Session {session}"
        return self._session

    def _call(self, session: str, method: str, *parameters: Json) -> Json:
        # Without an id the answer is the result itself, and what fails has a status of its own.
        body = {"method": method, "params": parameters}
        headers = {"Authorization": session} if session else {}
        return self._http.call("POST", f"/{part(self._database)}/rpc/", body=body, headers=headers)


def decimal_of(value: Json) -> Decimal:
    return Decimal(str(one(value, "decimal")))


def decimal_to(value: Decimal) -> Json:
    return {"__class__": "Decimal", "decimal": format(value, "f")}


def day_of(value: Json) -> str | None:
    """A date, or that of a moment, as ISO 8601."""
    if not isinstance(value, dict):
        return None
    return f"{value['year']:04}-{value['month']:02}-{value['day']:02}"


def moment_of(value: Json) -> str:
    assert isinstance(value, dict)  # each record has been created
    time = f"{value['hour']:02}:{value['minute']:02}:{value['second']:02}.{value['microsecond']:06}"
    return f"{day_of(value)}T{time}+00:00"


def time_to(moment: datetime) -> Json:
    return {"__class__": "datetime", **{name: getattr(moment, name) for name in _TIME}}
