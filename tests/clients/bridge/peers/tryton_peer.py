"""A Tryton as somebody sets it up, run by an environment that has it: a shop with posted invoices, one with a tax.

`python tryton_peer.py prepare FOLDER` makes the database `shop` there; `serve FOLDER` serves it on a port of the
system's choice.
"""

import datetime as dt
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

PASSWORD = "an invented password"  # of a database for tests


def prepare(folder: Path) -> None:
    from proteus import config

    folder.mkdir(exist_ok=True)
    (folder / "shop.sqlite").write_bytes(b"")
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    what = ("-c", _settings(folder), "-d", "shop", "-u", "sale_complaint", "--activate-dependencies")
    subprocess.run(
        [Path(sys.executable).with_name("trytond-admin"), *what, "--email", "admin@example.com", "-p"],
        env={**os.environ, "TRYTONPASSFILE": str(secret)},
        check=True,
    )
    config.set_trytond("shop", config_file=str(_settings(folder)))
    set_up()
    for _ in range(4):
        sell("14.90", "45.00")
    sell("100.00", taxed=True)
    add_users()


def set_up() -> None:
    from proteus import Model
    from trytond.modules.account.tests.tools import create_chart, create_fiscalyear
    from trytond.modules.account_invoice.tests.tools import create_payment_term, set_fiscalyear_invoice_sequences
    from trytond.modules.company.tests.tools import create_company

    create_company(currency="USD")
    create_chart()
    today = dt.date.today()  # noqa: DTZ011  # as Tryton's own tools
    years = (today, today + dt.timedelta(days=3 * 365))
    set_fiscalyear_invoice_sequences(create_fiscalyear(today=years)).click("create_period")
    create_payment_term().save()
    Model.get("party.party")(name="Customer").save()
    (model,) = Model.get("ir.model").find([("name", "=", "account.invoice")])
    Model.get("sale.complaint.type")(name="Arrived broken", origin=model).save()


def sell(*prices: str, taxed: bool = False) -> None:
    from proteus import Model
    from trytond.modules.account.tests.tools import create_tax, get_accounts

    (customer,) = Model.get("party.party").find([("name", "=", "Customer")])
    accounts = get_accounts()
    sold = Model.get("account.invoice")(type="out")
    sold.party, sold.payment_term = customer, Model.get("account.invoice.payment_term").find([])[0]
    for price in prices:
        line = sold.lines.new()
        line.account = accounts["revenue"]
        line.description, line.quantity, line.unit_price = "A thing", 1, Decimal(price)
        if taxed:
            tax = create_tax(Decimal("0.10"))
            tax.save()
            line.taxes.append(tax)
    sold.click("post")


def add_users() -> None:
    from proteus import Model

    for login, groups in (("amends-bridge", [("name", "in", ["Sales", "Accounting"])]), ("jo", [])):
        user = Model.get("res.user")(name=login, login=login, password=PASSWORD)
        user.groups.extend(Model.get("res.group").find(groups))
        user.companies.extend(Model.get("company.company").find([]))
        user.company = user.companies[0]
        user.save()


def serve(folder: Path) -> None:
    os.environ.update(TRYTOND_CONFIG=str(_settings(folder)), TRYTOND_DATABASE_NAMES="shop")
    from trytond.application import app
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    sys.stderr.write(json.dumps({"event": "ready", "address": f"127.0.0.1:{server.server_port}"}) + "\n")
    sys.stderr.flush()
    server.serve_forever()


def _settings(folder: Path) -> Path:
    file = folder / "trytond.conf"
    file.write_text(f"[database]\nuri = sqlite://\npath = {folder.resolve()}\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    {"prepare": prepare, "serve": serve}[sys.argv[1]](Path(sys.argv[2]))
