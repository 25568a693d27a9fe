"""Who builds: threads of this process, a Dask cluster of this machine, or one elsewhere."""

import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, Protocol

from watchfloor.geo.errors import BadQuestion


class Hands(Protocol):
    """Does a job for each set of arguments; results come as they are done, in any order."""

    def __call__[Result](self, job: Callable[..., Result], given: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        """Results of `job(*arguments)`. An error of a job is raised here."""
        ...


@contextmanager
def hands(setting: str) -> Iterator[Hands]:
    """The hands that a setting names: empty (threads), "local", or the address of a Dask scheduler.

    Raises BadQuestion if Dask is asked for and not installed.
    """
    if not setting:
        with ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="tracks") as pool:
            yield _Threads(pool)
        return
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise BadQuestion("WATCHFLOOR_DASK needs Dask: pip install 'watchfloor[cluster]'") from error
    if setting == "local":
        with distributed.LocalCluster(dashboard_address=None) as cluster, distributed.Client(cluster) as client:
            yield _Dask(client)
    else:
        with distributed.Client(setting) as client:
            yield _Dask(client)


class _Threads:
    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def __call__[Result](self, job: Callable[..., Result], given: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        waiting = [self._pool.submit(job, *arguments) for arguments in given]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            for left in waiting:
                left.cancel()


class _Dask:
    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__[Result](self, job: Callable[..., Result], given: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        distributed: Any = importlib.import_module("distributed")
        # files are named by what they are made from: a job done twice writes the same file twice
        waiting = [self._client.submit(job, *arguments, pure=False, retries=2) for arguments in given]
        yield from (result for _, result in distributed.as_completed(waiting, with_results=True))
