"""A folder of articles: the good ones in order, and one clear line for each file that cannot be used."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from bot.errors import CorpusError, UnreadableArticle
from bot.readers import Refusal, read_article, read_corpus
from bot.readers.bounded import Bounded
from bot.readers.formats import SMALL
from bot.values import Article

CORPUS = Path(__file__).parent.parent / "corpus" / "articles"


def ended_children() -> float:
    """Return the seconds of processor time that children took until they ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(root: Path) -> tuple[list[str], dict[str, str]]:
    found = list(read_corpus(root))
    refused = {one.path.relative_to(root).as_posix(): one.reason for one in found if isinstance(one, Refusal)}
    assert all(reason and "\n" not in reason and reason.endswith(".") for reason in refused.values())
    return [one.id for one in found if isinstance(one, Article)], refused


def test_articles_come_sorted_by_id(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.txt", "a.md", "c.html", "a-b.md", "2025/12/x.md"):
        write(tmp_path / name, f"<p>Text of {name} about a ring.</p>" if name.endswith("html") else f"Text of {name}.")
    ids, refused = read(tmp_path)
    assert ids == sorted(["b", "a/z", "a", "c", "a-b", "2025/12/x"])
    assert not refused


def test_what_is_passed_over_silently(tmp_path: Path) -> None:
    for name in ("README.md", ".hidden.md", ".git/a.md", "picture.png", "table.csv", "noend"):
        write(tmp_path / name, "Text.")
    write(tmp_path / "sub/README.md", "A text that is an article.")
    assert read(tmp_path) == (["sub/README"], {})


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.md", "", "empty"),
        ("x.md", " \n\t ", "empty"),
        ("x.md", "---\ntitle: A\n---\n", "no text"),
        ("x.md", "---\ntitle: [\n---\nText.", "not valid YAML"),
        ("x.md", "---\na: &a [b]\nc: *a\n---\nText.", "anchors"),
        ("x.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        ("x.txt", bytes(range(256)) * 10, "binary"),
        ("x.txt", "Preis: 5 €, Größe".encode("cp1252"), "not UTF-8"),
        ("x.txt", b"word " * 500_000, "larger than 2 MB"),
        ("x.html", b"<p>word</p>" * 200_000, "larger than 2 MB"),
        ("x.pdf", b"%PDF-1.4" + b"x" * 20_000_000, "larger than 20 MB"),
        ("x.pdf", b"Not a PDF.", "no PDF"),
        ("good2.md", "A good text.\n", "same as that of good.md"),
        ("good.txt", "Title\nOther text.", "same name as good.md"),
        ("a\x07b.md", "Text.", "control or unprintable"),
        ("a\u202eb.md", "Text.", "control or unprintable"),
    ],
)
def test_one_bad_file_is_told_and_the_others_go_on(tmp_path: Path, name: str, content: str | bytes, says: str) -> None:
    write(tmp_path / "good.md", "A  good\ntext.")
    write(tmp_path / "zzz.md", "Another text.")
    write(tmp_path / name, content)
    ids, refused = read(tmp_path)
    assert ids == ["good", "zzz"]
    assert list(refused) == [name]
    assert says in refused[name]


def test_text_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    for name, encoding in (("a", "utf-16"), ("b", "utf-8-sig"), ("c", "utf-32")):
        write(tmp_path / f"{name}.txt", f"Title\n\nIt costs 5 € in {name}.".encode(encoding))
    assert read(tmp_path) == (["a", "b", "c"], {})


def test_links(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    outside = write(tmp_path / "secret" / "key.md", "A secret text.")
    write(root / "good.md", "A good text.")
    (root / "out.md").symlink_to(outside)
    (root / "outdir").symlink_to(outside.parent)
    (root / "passwd.txt").symlink_to("/etc/passwd")
    (root / "loop.md").symlink_to(root / "loop.md")
    (root / "nothing.md").symlink_to(root / "gone.md")
    (root / "around").symlink_to(root)
    (root / "again.md").symlink_to(root / "good.md")
    ids, refused = read(root)
    assert len(ids) == 1
    for name in ("out.md", "passwd.txt", "outdir"):
        assert "leaves the articles folder" in refused.pop(name)
    assert "leads back to itself" in refused.pop("loop.md")
    assert "link to nothing" in refused.pop("nothing.md")
    assert "same" in refused.popitem()[1]
    assert not refused


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.md", "Text.")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert read(tmp_path / "link") == (["a"], {})


def test_pipes_devices_and_folders_named_like_articles_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "null.txt").symlink_to("/dev/zero")
    write(tmp_path / "folder.md" / "inside.md", "Text.")
    started = time.monotonic()
    ids, refused = read(tmp_path)
    assert time.monotonic() - started < 2
    assert ids == []
    assert "pipe or device" in refused["pipe.md"]
    assert "leaves" in refused["null.txt"]
    assert "folder named like an article" in refused["folder.md"]


def test_files_that_may_not_be_read() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root / "good.md", "A good text.")
        write(root / "locked.md", "A locked text.").chmod(0)
        write(root / "closed" / "a.md", "Text.").parent.chmod(0)
        root.chmod(0o755)
        code = (
            "import os, sys; from pathlib import Path; from bot.readers import Refusal, read_corpus\n"
            "list(read_corpus(Path(sys.argv[2])))  # loads what only root may read\n"
            "os.geteuid() or os.setuid(65534)\n"
            "for one in read_corpus(Path(sys.argv[1])):\n"
            "    print(one.path.name, one.reason) if isinstance(one, Refusal) else print(one.id)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, name, str(CORPUS)], capture_output=True, text=True, check=False
        )
        (root / "closed").chmod(0o755)
        assert done.stdout.splitlines() == [
            "closed The folder may not be read; give the bot's user permission to read it.",
            "good",
            "locked.md The file may not be read; give the bot's user permission to read it.",
        ], done.stderr


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="gone"):
        read_article(tmp_path / "b.md", tmp_path)


STORIES = (
    "The Quark S1 costs $299 in the shops of Norway, and its lenses come apart.",
    "Orbit recalled its ring in March after eleven people had reported burns.",
    "A band of Tessel measures the pulse, and it runs for nine days.",
    "Two makers of headsets closed their offices in Graz, as a paper there wrote.",
)
FOOT = "Wearable Wire is written by people who wear what they write about."


def aside_texts(found: object) -> list[str]:
    assert isinstance(found, Article)
    return [found.body[start:end] for start, end in found.asides]


def test_what_stands_under_several_articles_is_aside(tmp_path: Path) -> None:
    for n, story in enumerate(STORIES):
        foot = f"\n\n{FOOT}\n\n[ad_1]" if n else "\n\nA foot of its own."
        write(tmp_path / f"{n}.md", f"---\npublisher: Wire\n---\n{story}{foot}\n\n| S | 2 g |\n|-|-|\n| W | 42 g |\n")
    first, *others = read_corpus(tmp_path)
    assert aside_texts(first) == []
    for one in others:
        assert aside_texts(one) == [FOOT, "[ad_1]"]


def test_what_copies_of_one_story_share_is_no_aside(tmp_path: Path) -> None:
    for n in range(4):
        write(tmp_path / f"{n}.md", "\n\n".join([*STORIES, f"Edition {n}."]))
    assert [aside_texts(one) for one in read_corpus(tmp_path)] == [[], [], [], []]


def test_what_a_large_publisher_prints_three_times_is_no_aside(tmp_path: Path) -> None:
    for n in range(100):
        told = f"\n\n{STORIES[0]}" if n < 3 else ""
        write(tmp_path / f"{n:03}.md", f"Number {n} has a story of its very own, which no other number tells.{told}")
    assert not any(aside_texts(one) for one in read_corpus(tmp_path))


def test_copies_that_differ_in_their_asides_are_one(tmp_path: Path) -> None:
    for name, link in (("a", "[Click here](https://a.example)"), ("b", "[Buy it](https://b.example)")):
        write(tmp_path / f"{name}.md", f"{STORIES[0]}\n\n{link}\n")
    ids, refused = read(tmp_path)
    assert ids == ["a"]
    assert "same as that of a.md" in refused["b.md"]


def test_no_folder_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="BOT_CORPUS_DIR"):
        list(read_corpus(tmp_path / "nowhere"))
    with pytest.raises(UnreadableArticle, match="not read"):
        read_article(write(tmp_path / "a.doc", "x"), tmp_path)
    (tmp_path / "a.doc").unlink()
    assert list(read_corpus(tmp_path)) == []


@pytest.mark.parametrize(
    "content",
    [
        b"<div>" * 390_000,
        b"<p>word" * 280_000,
        b"<table><tr><td>" * 130_000,
        b"<style>" + b".a{" * 600_000,
        b"<p style='" + b"color:" * 300_000 + b"'>word</p>",
        b"&" * 1_900_000,
    ],
)
def test_hostile_pages_cost_seconds_only(content: bytes) -> None:
    with Bounded(time_limit=6) as bounded:
        bounded.read("plain", b"Title\nText.", "a")
        started = ended_children()
        with suppress(UnreadableArticle):
            bounded.read("html", content, "a")
        assert ended_children() - started < 10
        assert bounded.read("plain", b"Title\nText.", "b").body == "Text."


@pytest.mark.parametrize("piece", ["![", "[", "*a _b ", "> ", "- ", "|-|\n", "`", "<!--", "[a]: b\n", "a@b.c ", "“a. "])
def test_no_small_text_costs_more_than_seconds(tmp_path: Path, piece: str) -> None:
    write(tmp_path / "a.md", piece * (SMALL // len(piece.encode())))
    write(tmp_path / "b.txt", piece * (SMALL // len(piece.encode())))
    started = time.process_time()
    read(tmp_path)
    assert time.process_time() - started < 5


def test_a_long_hostile_text_is_given_up() -> None:
    with Bounded(time_limit=3) as bounded:
        with pytest.raises(UnreadableArticle, match="within 3 seconds"):
            bounded.read("markdown", b"![" * 900_000, "a")
        assert bounded.read("plain", b"Title\nText.", "b").body == "Text."


def test_a_child_that_ends_or_hangs_is_replaced() -> None:
    with Bounded(time_limit=0.01) as hasty, pytest.raises(UnreadableArticle, match="could not be read within"):
        hasty.read("plain", b"Title\nText.", "a")  # a child needs longer to start
    with Bounded() as bounded:
        assert bounded.read("plain", b"Title\nText.", "a").body == "Text."
        child = bounded._child
        assert child is not None
        child.process.kill()
        child.process.wait()
        assert bounded.read("plain", b"Title\nText.", "b").body == "Text."
    assert bounded._child is None


def test_a_busy_machine_costs_no_article() -> None:
    with Bounded() as patient:
        patient.read("plain", b"Title\nText.", "a")
        hasty, child = Bounded(time_limit=1), patient._child
        assert child is not None
        hasty._child = child
        child.process.send_signal(signal.SIGSTOP)  # it gets no processor for longer than the limit
        threading.Timer(1.5, child.process.send_signal, [signal.SIGCONT]).start()
        assert hasty.read("plain", b"Title\nText.", "b").body == "Text."


def test_two_thousand_small_files_take_seconds(tmp_path: Path) -> None:
    for n in range(2_000):
        write(
            tmp_path / f"{n % 50}/{n}.md",
            f'---\ntitle: "Story {n}"\npublished: 2025-11-28\n---\n' + f"Story {n}. " * 100,
        )
    started = time.process_time()
    assert sum(isinstance(one, Article) for one in read_corpus(tmp_path)) == 2_000
    assert time.process_time() - started < 10
