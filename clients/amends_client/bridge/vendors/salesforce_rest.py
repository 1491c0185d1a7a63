"""Salesforce's REST API, as the user of an app with the client credentials flow: its tokens end, and are had anew."""

import threading
from typing import Final

from amends_client.bridge.mapping.paths import Json, as_text
from amends_client.bridge.ports import AwayError, DeniedError
from amends_client.bridge.vendors.answers import listed, one
from amends_client.bridge.vendors.http import HttpClient, LockedOutError, StatusError

PASSING: Final = frozenset(("UNABLE_TO_LOCK_ROW", "REQUEST_LIMIT_EXCEEDED", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT"))
"""Codes of errors that may be none later."""


class SalesforceRest:
    """One org. `base` is where the paths of its version begin; `app` the app's key and secret."""

    def __init__(self, http: HttpClient, *, app: tuple[str, str], version: str) -> None:
        self.base = f"/services/data/{version}"
        self._http = http
        self._app = app
        self._token = ""
        self._identity = ""
        self._renewing = threading.Lock()

    def close(self) -> None:
        self._http.close()

    def call(self, method: str, path: str, *, body: Json = None) -> Json:
        """With a token, and once more with a new one where that has ended."""
        token = self._token or self._renewed("")
        try:
            return self._authorized(token, method, path, body)
        except LockedOutError:
            return self._authorized(self._renewed(token), method, path, body)

    def user(self) -> str:
        """The id of the user as whom the app runs: the last part of the identity that comes with a token; or empty."""
        if not self._token:
            self._renewed("")
        return self._identity.rpartition("/")[2]

    def _renewed(self, ended: str) -> str:
        """A new token, or the one that another worker has had anew meanwhile."""
        with self._renewing:
            if self._token == ended:
                self._token = self._new_token()
            return self._token

    def _authorized(self, token: str, method: str, path: str, body: Json) -> Json:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            return self._http.call(method, path, body=body, headers=headers)
        except StatusError as error:
            codes = {str(code) for code in listed(error.content, "[*].errorCode")}
            if codes & PASSING:
                raise AwayError(f"{error}, {', '.join(sorted(codes & PASSING))}") from None
            raise

    def _new_token(self) -> str:
        """By the client credentials. What address the answer names is not asked: the configuration's is called."""
        client, secret = self._app
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        answer = self._http.call("POST", "/services/oauth2/token", form=form)
        token = as_text(one(answer, "access_token"))
        if not token:
            raise DeniedError("Salesforce gave no access token")
        self._identity = as_text(one(answer, "id")) or ""
        return token
