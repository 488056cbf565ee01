"""`sm-dns setup` as somebody meets it: at a real terminal, on a server of a network of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.settings.load import load_settings
from tests.conftest import require
from tests.support.network import SERVER, Network, network
from tests.support.terminal import Terminal, at_a_terminal

pytestmark = pytest.mark.timeout(300)
ENGLISH, MALAY = "C.UTF-8", "ms_MY.UTF-8"


@pytest.fixture(scope="module")
def net() -> Iterator[Network]:
    require("ip", "openssl")
    with network() as made:
        yield made


def asked(terminal: Terminal, *typed: str) -> list[str]:
    """Answer so many questions; what each showed before its answer."""
    shown = []
    for line in typed:
        shown.append(terminal.wait_for("> "))
        terminal.type(line)
    return shown


def run(net: Network, root: Path, language: str, *typed: str) -> tuple[int, list[str], str]:
    """The command from its start to its end: exit code, what each question showed, and the rest."""
    (root / "etc").mkdir(parents=True, exist_ok=True)
    environment = {"LANG": language, "LC_ALL": language}
    with at_a_terminal("setup", "--root", str(root), prefix=net.server, environment=environment) as terminal:
        shown = asked(terminal, *typed)
        code = terminal.end()
        return code, shown, terminal.shown


FIRST = (
    "10.77.0.9",  # not this server's
    "",
    SERVER,  # itself
    "10.77.0.2",
    "kampus.example.my=10.77.0.2",
    "",
    "Kedahh",
    "kedah",
    "",
    "Jabatan Contoh",
    "Example Department",
    "ICT, ext. 100",
)


def test_the_whole_of_it_in_english_with_wrong_answers_asked_again(net: Network, tmp_path: Path) -> None:
    code, shown, said = run(
        net, tmp_path, ENGLISH, *FIRST, "maybe", "yes", "own-ca", "dns.example.my", "", ""
    )
    assert code == 0, said
    assert f"switch has {SERVER}/24" in shown[0] and "Which name servers" not in shown[1]
    assert f"this host has no address 10.77.0.9; it has {SERVER}" in shown[1]
    assert f"{SERVER} is this resolver itself" in shown[3]
    assert "did you mean 'Kedah'?" in shown[7] and "[FRI, SAT] > " in shown[8]
    assert "'maybe' is neither yes nor no" in shown[13]
    assert "+  kedah: {country: MY, subdivision: KDH, schedules: [default]}" in shown[-1]
    assert "Shall this be done?" in shown[-1]
    assert "the new file is good" in said and "give browsers this CA" in said
    settings = load_settings(tmp_path / "etc/sm-dns/sm-dns.yaml")
    assert [str(each) for each in settings.listen] == [f"{SERVER}:53", "127.0.0.1:53", "[::1]:53"]
    assert set(settings.routes) == {"kampus.example.my"} or set(settings.routes) == {"kampus.example.my."}
    assert (settings.groups[0].mode, settings.monitoring.enabled) == ("monitor", True)
    assert settings.web.hosts == ("dns.example.my",)

    code, shown, said = run(net, tmp_path, ENGLISH, *[""] * 13)  # Enter throughout
    assert code == 0, said
    assert "Nothing is to be changed" in said
    assert "[Jabatan Contoh] > " in shown[6] and "[kampus.example.my=10.77.0.2] > " in shown[2]


def test_the_whole_of_it_in_malay_and_a_no_at_the_end_changes_nothing(net: Network, tmp_path: Path) -> None:
    answers = (*FIRST, "barangkali", "ya", "", "", "tidak", "tidak")
    code, shown, said = run(net, tmp_path, MALAY, *answers)
    assert code == 1, said
    assert "Pada alamat manakah pelayan ini menjawab?" in shown[0]
    assert f"pelayan ini tidak mempunyai alamat 10.77.0.9; alamatnya {SERVER}" in shown[1]
    assert "'barangkali' bukan ya dan bukan tidak" in shown[13]
    assert "[ya] > " in shown[16] and "Laksanakan?" in shown[17]
    assert said.rstrip().endswith("Tiada yang diubah.")
    assert not (tmp_path / "etc/sm-dns").exists()


def test_ctrl_c_and_the_end_of_input_change_nothing(net: Network, tmp_path: Path) -> None:
    for key in (b"\x03", b"\x04"):
        (tmp_path / "etc").mkdir(exist_ok=True)
        with at_a_terminal("setup", "--root", str(tmp_path), prefix=net.server) as terminal:
            asked(terminal, "")
            terminal.wait_for("> ")
            terminal.press(key)
            assert terminal.end() != 0
        assert not (tmp_path / "etc/sm-dns").exists()
