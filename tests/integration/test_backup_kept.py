"""What people kept comes back with a backup: notes, files with their bytes, what search finds, what was handed on."""

import os
import uuid
from dataclasses import replace

import psycopg
from psycopg import sql

from watchfloor.data.address import Role
from watchfloor.data.backup import back_up
from watchfloor.data.backup_restore import restore
from watchfloor.data.cluster_programs import EXTENSIONS
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.registry import LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.store import upgrade
from watchfloor.geo.kept import Handed
from watchfloor.geo.kept_drafts import Sent, note_draft
from watchfloor.geo.scope import Tlp

from .case_rows import case

CONTENT = b"%PDF \x00\xff of an invented case"


def test_what_people_kept_comes_back_as_it_was(store, people, cluster, tmp_path) -> None:
    label = people.label(LabelSpec("A", Tlp.AMBER_STRICT))
    ana = Asker(people.account("ana", "A"), uuid.uuid4())
    about = case(store, label, "Heron Lantern")
    handed = Handed({"layer": "seizures"}, "TLP:AMBER", (label,), {"shown": 3}, "csv", "a.csv", bytes(32), 99, "B")
    with Repository(store) as repository:
        repository.keep(ana, note_draft("Call the harbour", label, about))
        file = repository.attach(ana, about, Sent("scan.pdf", "application/pdf", CONTENT), label)
        written = repository.hand_on(ana, handed)
        kept, found = repository.kept(ana), repository.find(ana, "heron lant")
    back_up(store, tmp_path / "all")

    name = f"kept_{os.getpid()}"
    with psycopg.connect(replace(cluster, database="postgres").conninfo(Role.OWNER), autocommit=True) as keeper:
        keeper.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            again = replace(cluster, database=name)
            with psycopg.connect(again.conninfo(Role.OWNER)) as inside:
                for extension in EXTENSIONS:
                    inside.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
            restore(again, tmp_path / "all")
            upgrade(again)
            with Repository(again) as repository:
                ana = Asker(Gate(again).issue("ana", Terms()), uuid.uuid4())
                assert repository.kept(ana) == kept
                assert repository.attachment(ana, file.id)[1] == CONTENT
                assert repository.disseminated(ana) == (written,)
                assert found
                assert repository.find(ana, "heron lant") == found
        finally:
            keeper.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
