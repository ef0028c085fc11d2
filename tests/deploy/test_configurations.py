"""What is shipped in `deploy/` agrees with the service's own settings and is what the trials run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from sel_backend.services.problems import ProblemError
from sel_backend.serving.protocol import LimitedConfig
from sel_backend.settings import Settings
from sel_contract import Language, ProblemType
from tests.deploy import configurations, service
from tests.deploy.configurations import DEPLOY, Site

HAPROXY = (DEPLOY / "haproxy/haproxy.cfg").read_text("utf-8")
SETTINGS = Settings.model_validate(tomllib.loads((DEPLOY / "systemd/settings.toml").read_text("utf-8")))


@pytest.fixture
def site() -> Iterator[Site]:
    with TemporaryDirectory() as folder:  # with a short name: the path of HAProxy's socket has 97 bytes at most
        yield Site(Path(folder))


def seconds(name: str) -> float:
    """Return a time-out of HAProxy."""
    (told,) = re.findall(rf"^ +timeout {name} (\d+)s$", HAPROXY, re.MULTILINE)
    return float(told)


def test_nothing_of_a_real_site_is_left_in_a_trial(site: Site) -> None:
    written = [configurations.haproxy(site), *(configurations.back_end(site, number) for number in (0, 1))]
    written += [make(site, member) for make in (configurations.etcd, configurations.patroni) for member in range(3)]
    for path in written:
        told = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#"))
        assert not re.search(r"192\.0\.2\.|CHANGE-ME|/etc/|/var/", told), path.name
    members = [yaml.safe_load((site.folder / f"patroni{member}.yaml").read_text("utf-8")) for member in range(3)]
    assert [one["name"] for one in members] == ["db1", "db2", "db3"]
    assert [one["restapi"]["listen"] for one in members] == [f"{site.block}{last}:8008" for last in (31, 32, 33)]
    assert {json.dumps(one["etcd3"]) for one in members} == {json.dumps(members[0]["etcd3"])}


def test_a_configuration_that_a_trial_no_longer_fits_is_noticed(site: Site) -> None:
    with pytest.raises(AssertionError, match="no longer"):
        configurations.back_end(site, 0, **{"workers = 77": "workers = 1"})


def test_the_time_outs_of_haproxy_agree_with_those_of_the_service() -> None:
    server = SETTINGS.server
    assert seconds("http-request") == server.header_seconds
    assert seconds("http-keep-alive") == LimitedConfig(lambda: None, server).timeout_keep_alive  # type: ignore[arg-type,return-value]
    assert seconds("client") > server.body_seconds
    assert seconds("server") == server.drain_seconds
    (fall,) = re.findall(r"inter 1s fastinter 500ms fall (\d)", HAPROXY)
    assert server.drain_delay_seconds > float(fall) + 1
    limits = SETTINGS.limits
    assert f"sc0_conn_cur gt {server.max_connections_per_network} " in HAPROXY
    whole = limits.network_requests_per_second * 10 + limits.network_burst
    assert f"sc0_http_req_rate gt {whole} " in HAPROXY
    assert server.trusted_proxies == ("192.0.2.10",)
    assert "source 192.0.2.10" in HAPROXY


def test_haproxy_refuses_in_the_words_of_the_service() -> None:
    own = {
        400: ProblemType.MALFORMED_REQUEST,
        404: ProblemType.NOT_FOUND,
        408: ProblemType.REQUEST_TIMEOUT,
        429: ProblemType.TOO_MANY_REQUESTS,
        **dict.fromkeys((502, 503, 504), ProblemType.UNAVAILABLE),
    }
    told = re.findall(
        r"http-error status (\d+) content-type application/problem\+json string '(.*?)' hdr (.*)", HAPROXY
    )
    assert [int(status) for status, _, _ in told] == list(own)
    for status, body, headers in told:
        assert json.loads(body) == json.loads(ProblemError(own[int(status)]).problem(Language.FRENCH).wire())
        assert ("Retry-After" in headers) is (status in {"429", "502", "503", "504"})


def test_haproxy_takes_its_configuration(site: Site) -> None:
    if not shutil.which("haproxy", path="/usr/sbin:/usr/bin"):
        pytest.skip("no haproxy")
    service.certificate(site)
    path = configurations.haproxy(site)
    done = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_member_of_patroni_keeps_what_was_acknowledged() -> None:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "patroni/patroni.yaml").read_text("utf-8"))["bootstrap"]["dcs"]
    assert told["synchronous_mode"] is True
    assert told["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert told["ttl"] >= told["loop_wait"] + 2 * told["retry_timeout"]
