"""PDF files: text put together to paragraphs, and clear words for what cannot be read."""

import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from bot.errors import UnreadableArticle
from bot.readers import read_article
from bot.readers.files import MAX_PDF_BYTES
from bot.values import Article, Published


def pdf(pages: Sequence[Sequence[str]], title: str = "") -> bytes:
    """Return a PDF with one line of text after another on each page."""
    streams = []
    for lines in pages:
        shown = " ".join(f"({line.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj T*" for line in lines)
        streams.append(f"BT /F1 10 Tf 14 TL 50 800 Td {shown} ET".encode("latin-1"))
    return raw_pdf(streams, title)


def raw_pdf(streams: Sequence[bytes], title: str = "", filters: str = "") -> bytes:
    count = len(streams)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for n, stream in enumerate(streams):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * n} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        objects.append(f"<</Length {len(stream)}{filters}>>stream\n".encode() + stream + b"\nendstream")
    objects.append(f"<</Title({title})>>".encode())
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj".encode() + body + b"endobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def read(folder: Path, content: bytes) -> Article:
    (folder / "report.pdf").write_bytes(content)
    return read_article(folder / "report.pdf", folder)


def test_lines_become_paragraphs(tmp_path: Path) -> None:
    first = [
        "Quark Quarterly",
        "November 28, 2025",
        "The Quark S1 costs $299 in the U.S. and it is the first pair of smart glasses that weighs less than",
        "42 g. It has a bat-",
        "tery for two days.",
        "Sales of the S1 rose in the third quarter, and a battery of the same size went into the ring that",
        "Orbit sells.",
    ]
    pages = [
        [*first, "1"],
        ["Quark Quarterly", "The market is long-", "term.", "2"],
        ["Quark Quarterly", "It ends.", "3"],
    ]
    article = read(tmp_path, pdf(pages, "Third quarter"))
    assert article.title == "Third quarter"
    assert article.published == Published(2025, 11, 28)
    assert "the first pair of smart glasses that weighs less than\n42 g. It has a battery for two days." in article.body
    assert "Orbit sells.\n\nThe market is long-term." in article.body
    assert "Quarterly" not in article.body


def test_a_title_from_a_program_is_none(tmp_path: Path) -> None:
    pages = [["Quark in the third quarter", "The S1 sold well, so that the company has to make more of it."]]
    assert read(tmp_path, pdf(pages, "Microsoft Word - q3.docx")).title == "Quark in the third quarter"


def test_no_page_of_text(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="only pictures"):
        read(tmp_path, pdf([[], []]))


def test_encrypted_files(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([["The S1 costs $299 and is light, they say."]]))))
    for password, works in (("", True), ("secret", False)):
        writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")  # noqa: S106 - a test's
        out = io.BytesIO()
        writer.write(out)
        if works:
            assert "$299" in read(tmp_path, out.getvalue()).body
        else:
            with pytest.raises(UnreadableArticle, match="encrypted"):
                read(tmp_path, out.getvalue())


@pytest.mark.parametrize("broken", [b"%PDF-1.4\nnothing", b"%PDF-1.4\n" + b"\x00\xff" * 5000, pdf([["Text."]])[:200]])
def test_broken_files(tmp_path: Path, broken: bytes) -> None:
    with pytest.raises(UnreadableArticle, match=r"broken|damaged|no text"):
        read(tmp_path, broken)


def test_a_file_that_is_no_pdf(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="no PDF"):
        read(tmp_path, b"Just a text.")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    words, times = b"BT /F1 10 Tf (word) Tj ET " * 40_000, 1000
    packer = zlib.compressobj(9)
    head = packer.compress(words) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(words) + packer.flush(zlib.Z_FULL_FLUSH)  # remembers nothing: may stand any number of times
    check = 1
    for _ in range(times):
        check = zlib.adler32(words, check)
    bomb = head + piece * (times - 1) + b"\x03\x00" + check.to_bytes(4, "big")
    assert len(bomb) < MAX_PDF_BYTES
    with pytest.raises(UnreadableArticle) as refused:
        read(tmp_path, raw_pdf([bomb], filters="/Filter/FlateDecode"))
    assert "\n" not in str(refused.value)


def test_too_many_pages(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="501 pages"):
        read(tmp_path, pdf([["A page."]] * 501))
