"""Whether a server has room for the locks of questions about many days."""

from watchfloor.data.checks import lock_findings


def test_ten_years_of_days_fit_into_a_private_cluster_but_not_into_a_server_as_it_is_shipped() -> None:
    relations = 3_652 * 5
    assert list(lock_findings(relations=relations, room=512 * 100)) == []
    (found,) = lock_findings(relations=relations, room=64 * 100)
    assert "18,260 tables and indexes" in found.says
    assert "max_locks_per_transaction" in found.do
