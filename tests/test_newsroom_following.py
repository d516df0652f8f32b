"""A pass over the sources: what is new comes, what is corrected is mended, what is withdrawn goes, nothing is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from feed_server import QUICK, FeedServer, Item, Page, article_page, atom, hours_pass, rss, zipped
from filelock import FileLock

from bot.errors import AlreadyFollowing, SourcesError
from bot.fetching import Getter, Limits
from bot.newsroom.articles import Articles
from bot.newsroom.choosing import shown, switched
from bot.newsroom.digest import digest
from bot.newsroom.feeds import doubtful
from bot.newsroom.following import MOST_NEW, MOST_TRIES
from bot.newsroom.passes import Followed
from bot.newsroom.sources import read_sources
from bot.values import Published

PATHS = Path(__file__).parents[1] / "corpus" / "sources.toml"


def told(number: int) -> list[str]:
    """A short article that shares no sentence with the next one."""
    return [
        f"The band {number} weighs {20 + number} grams and costs {100 + 7 * number} dollars from week {number} on.",
        f"Maker {number} of city {3 * number} sold {1000 + number} of its older watch {number} in the quarter before.",
        f"A battery {number} of {90 + number} milliampere hours lasts {number + 2} days with sensor {number} on.",
        f"Shop {number} in street {number} takes orders for colour {number}, as reporter {number} was told there.",
    ]


class Newsroom:
    """A site, its feeds as sources, and the shelf that follows them."""

    def __init__(self, site: FeedServer, folder: Path) -> None:
        self.site, self.folder, self.sources = site, folder, folder / "sources.toml"
        self.articles = self.restarted()
        self.sources.write_text("", "utf-8")

    def restarted(self, limits: Limits = QUICK) -> Articles:
        return Articles(self.folder / "data", Getter(limits=limits, allowed=self.site.allowed), self.sources)

    def source(self, path: str = "/feed", more: str = "", *, enabled: bool = True) -> None:
        name = path.strip("/").replace("/", "-")
        with self.sources.open("a", encoding="utf-8") as file:
            file.write(
                f'[[source]]\nname = "{name}"\nurl = "{self.site.url(path)}"\npublisher = "Wearable Wire"\n'
                f'topic = "bands"\ntrust = "high"\nenabled = {str(enabled).lower()}\n{more}\n'
            )

    def publish(self, *numbers: int, path: str = "/feed", date: str = "Wed, 25 Nov 2026 10:00:00 +0000") -> None:
        """Put articles with these numbers on the site and make them the feed, the last one first."""
        for number in numbers:
            self.site.pages.setdefault(f"/band-{number}", Page(article_page(f"Band {number} announced", told(number))))
        items = [Item(f"/band-{number}", f"Band {number} announced", date, "About a band.") for number in numbers]
        self.site.pages[path] = Page(rss(items[::-1], self.site), "application/rss+xml")

    def follow(self) -> Followed:
        return self.articles.follow(everything=True)

    def titles(self) -> list[str]:
        return sorted(shelved.article.title for shelved in self.articles.all())


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with FeedServer() as site:
        yield Newsroom(site, tmp_path)


def only(followed: Followed) -> tuple[int, int, int, int]:
    (outcome,) = followed.outcomes
    return len(outcome.entered), len(outcome.changed), outcome.passed_over, len(outcome.refused)


def test_what_is_new_comes_and_nothing_is_asked_for_twice(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2)
    assert only(newsroom.follow()) == (2, 0, 0, 0)
    article = next(iter(newsroom.articles.all())).article
    assert (article.publisher, article.topic, article.quality) == ("Wearable Wire", "bands", "high")
    assert article.published == Published(2026, 11, 25)
    newsroom.site.asked.clear()
    again = newsroom.follow()
    assert only(again) == (0, 0, 0, 0)
    assert not again.changes
    assert all(headers.get("if-none-match") for path, headers in newsroom.site.asked if path != "/robots.txt")
    newsroom.publish(1, 2, 3)
    newsroom.articles = newsroom.restarted()
    newsroom.site.asked.clear()
    assert only(newsroom.follow()) == (1, 0, 0, 0)
    assert newsroom.site.paths().count("/band-3") == 1
    assert newsroom.titles() == ["Band 1 announced", "Band 2 announced", "Band 3 announced"]


def test_only_sources_that_are_enabled_and_due_are_asked(newsroom: Newsroom) -> None:
    newsroom.source("/off", enabled=False)
    newsroom.source("/feed", "every_hours = 1")
    newsroom.publish(1)
    heard: list[tuple[str, int, int]] = []
    followed = newsroom.articles.follow(hear=lambda *how_far: heard.append(how_far))
    assert [outcome.source for outcome in followed.outcomes] == ["feed"]
    assert heard == [("feed", 1, 1)]
    assert newsroom.articles.follow().outcomes == ()
    assert "/off" not in newsroom.site.paths()
    state = newsroom.folder / "data" / "state" / "following.json"
    seen = json.loads(state.read_text("utf-8"))
    assert 3500 < seen["sources"]["feed"]["due"] - time.time() < 3700
    seen["sources"]["feed"]["due"] = 0
    state.write_text(json.dumps(seen), "utf-8")
    assert len(newsroom.articles.follow().outcomes) == 1


def test_admins_have_sources_followed_or_not_and_the_file_stays_as_it_is(newsroom: Newsroom) -> None:
    newsroom.source(enabled=False)
    newsroom.source("/other")
    newsroom.publish(1)
    newsroom.publish(2, path="/other")
    file = newsroom.sources.read_bytes()
    assert "feed is followed from now on" in switched(newsroom.articles, "Feed", "on")
    assert "not followed any more" in switched(newsroom.articles, "other", "off")
    newsroom.articles = newsroom.restarted()
    assert [outcome.source for outcome in newsroom.follow().outcomes] == ["feed"]
    assert newsroom.titles() == ["Band 1 announced"]
    listed = list(shown(newsroom.articles, ""))
    assert listed[1].startswith("feed · Wearable Wire · read well, due on ")
    assert listed[2].startswith("Not followed: other.")
    assert "/switch feed off ends that." in list(shown(newsroom.articles, "feed"))
    assert newsroom.sources.read_bytes() == file
    for name, wanted in (("nowhere", "on"), ("feed", "perhaps"), ("", "on")):
        with pytest.raises(SourcesError):
            switched(newsroom.articles, name, wanted)
    (newsroom.folder / "data" / "state" / "feeds.json").write_text("{damaged", "utf-8")
    with pytest.raises(SourcesError, match="mend it, or delete it"):
        newsroom.follow()
    assert "/other" not in newsroom.site.paths()


def test_how_a_source_is_doing_is_told(newsroom: Newsroom) -> None:
    newsroom.source("/gone", 'keywords = ["ring", "band"]\nproven = "no: known by name"')
    assert "never asked yet" in list(shown(newsroom.articles, ""))[1]
    newsroom.follow()
    newsroom.follow()
    assert "could not be read, 2 times in a row, due on " in list(shown(newsroom.articles, ""))[1]
    told = list(shown(newsroom.articles, "gone"))
    assert told[0] == "gone · Wearable Wire: followed"
    assert "Keeps what has one of: ring, band" in told
    assert "Proven: no: known by name" in told
    assert any("There is no such page" in line for line in told)


def test_keywords_choose_what_is_read(newsroom: Newsroom) -> None:
    newsroom.source("/feed", 'keywords = ["band 2", "ring"]')
    newsroom.publish(1, 2, 3)
    assert only(newsroom.follow()) == (1, 0, 2, 0)
    assert newsroom.site.paths().count("/band-1") == 0
    assert newsroom.titles() == ["Band 2 announced"]


def test_what_is_corrected_is_mended_and_what_a_person_said_stays(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2)
    newsroom.follow()
    one = next(shelved.article for shelved in newsroom.articles.all() if "1" in shelved.article.title)
    newsroom.articles.edit(one.id, "publisher", "The Real Wire")
    corrected = ["The band 1 weighs 22 grams, not 21, as was said before.", *told(1)[1:]]
    newsroom.site.pages["/band-1"] = Page(article_page("Band 1 is heavier", corrected))
    assert newsroom.follow().revisited.changed == [one.id]
    now = newsroom.articles.shelf.get(one.id).article
    assert (now.body.split("\n")[0], now.title, now.publisher) == (corrected[0], "Band 1 is heavier", "The Real Wire")
    assert not newsroom.follow().changes


OTHERS = {
    "the front page": Page(status=301, headers={"Location": "/"}),
    "a notice": Page(
        article_page("Band 1 announced", ["We are sorry. This story is not available any more, dear reader."])
    ),
    "a teaser": Page(article_page("Band 1 announced", [told(1)[0][:70]])),
    "another story": Page(article_page("Band 8 announced", told(8))),
}


@pytest.mark.parametrize("page", OTHERS.values(), ids=OTHERS.keys())
def test_a_page_that_says_something_else_corrects_nothing(page: Page, newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2)
    newsroom.follow()
    before = {shelved.article.id: shelved.article for shelved in newsroom.articles.all()}
    good, newsroom.site.pages["/band-1"] = newsroom.site.pages["/band-1"], page
    newsroom.site.pages["/"] = Page(
        article_page("Wearable Wire", ["The news of bands, day by day, from Oslo.", *told(9)])
    )
    again = newsroom.follow()
    (other,) = again.revisited.other
    assert other.startswith("band-1-announced-")
    assert any(line.startswith(f"Left as it was: {other}; its page says something else") for line in digest(again))
    assert {shelved.article.id: shelved.article for shelved in newsroom.articles.all()} == before
    assert newsroom.follow().revisited.other == [], "told once"
    (remark,) = doubtful(newsroom.restarted())
    assert remark.startswith(f"{other} stays as it was")
    newsroom.site.pages["/band-1"] = good
    newsroom.follow()
    assert doubtful(newsroom.articles) == []


def test_a_feed_that_leads_to_a_front_page_or_names_one_page_for_all(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2, 3, 4)
    front = f'<link rel="canonical" href="{newsroom.site.url("/")}">'
    one = f'<link rel="canonical" href="{newsroom.site.url("/story")}">'
    for number, head in ((1, front), (2, front), (3, one), (4, one)):
        newsroom.site.pages[f"/band-{number}"] = Page(article_page(f"Band {number} announced", told(number), head))
    newsroom.site.pages["/band-5"] = Page(status=302, headers={"Location": "/"})
    newsroom.site.pages["/"] = Page(article_page("Wearable Wire", told(9)))
    newsroom.publish(1, 2, 3, 4, 5)
    assert only(newsroom.follow()) == (4, 0, 0, 1)
    assert newsroom.titles() == [f"Band {number} announced" for number in (1, 2, 3, 4)]
    assert len({shelved.article.url for shelved in newsroom.articles.all()}) == 4


def test_what_is_withdrawn_goes_and_can_be_brought_back(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2)
    newsroom.follow()
    newsroom.site.pages["/band-1"] = Page(status=410)
    for _ in range(3):
        assert newsroom.follow().revisited.withdrawn == []  # it may be a site's bad hour
    hours_pass(newsroom.folder / "data")
    (gone,) = newsroom.follow().revisited.withdrawn
    assert newsroom.titles() == ["Band 2 announced"]
    assert newsroom.articles.restore(gone).title == "Band 1 announced"


def test_what_a_person_has_removed_does_not_come_again(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2)
    newsroom.follow()
    one = next(shelved.article for shelved in newsroom.articles.all() if "1" in shelved.article.title)
    newsroom.articles.remove(one.id)
    (newsroom.folder / "data" / "state" / "following.json").write_text("{damaged", "utf-8")
    newsroom.articles = newsroom.restarted()
    assert only(newsroom.follow())[0] == 0
    assert newsroom.titles() == ["Band 2 announced"]


def test_the_same_story_in_five_places_has_one_origin(newsroom: Newsroom) -> None:
    newsroom.source()
    for number in range(5):
        page = article_page(f"Told {number}", [*told(1), f"Reporter {number} read it in the news of the day."])
        newsroom.site.pages[f"/band-{number}"] = Page(page)
    again = [*told(1), "Reporter 4 read it in the news of the day."]
    newsroom.site.pages["/band-5"] = Page(article_page("Word for word", again))
    newsroom.publish(*range(6))
    (outcome,) = newsroom.follow().outcomes
    assert sorted(outcome.told_elsewhere.values()) == [1, 2, 3, 4]
    assert (len(outcome.entered), outcome.passed_over) == (5, 1)


def test_atom_and_json_feeds_are_followed_too(newsroom: Newsroom) -> None:
    newsroom.publish(1, 2, path="/rss")
    newsroom.source("/atom")
    newsroom.source("/json")
    entry = Item("/band-1", "Band <1> announced", "2026-11-25T23:30:00-08:00")
    newsroom.site.pages["/atom"] = Page(atom([entry], newsroom.site), "application/atom+xml")
    link = newsroom.site.url("/band-2")
    items = [{"id": "2", "url": link, "title": "Band 2", "date_published": "2026-11-24T01:00:00Z"}]
    newsroom.site.pages["/json"] = Page(json.dumps({"version": "x", "items": items}).encode(), "application/feed+json")
    assert [len(outcome.entered) for outcome in newsroom.follow().outcomes] == [1, 1]
    assert {str(shelved.article.published) for shelved in newsroom.articles.all()} == {"2026-11-25", "2026-11-24"}


DATES = [
    ("Wed, 25 Nov 2026 10:00:00 +0000", "2026-11-25"),
    ("Wed, 25 Nov 2026 23:30:00 PST", "2026-11-25"),
    ("25 Nov 2026 10:00 GMT", "2026-11-25"),
    ("2026-11-25T10:00:00+09:00", "2026-11-25"),
    ("2026-11-25 10:00:00", "2026-11-25"),
    ("Nov 25, 2026", "2026-11-25"),
    ("25. November 2026", "2026-11-25"),
    ("mercredi 25 novembre 2026", "2026-11-25"),
    ("25.11.2026", "2026-11-25"),
    ("2026年11月25日", "2026-11-25"),
    ("11/25/2026", "2026-11-25"),
    ("20261125", "2026-11-25"),
    ("1795600000", "2026-11-25"),
    ("1795600000000", "2026-11-25"),
    ("Wed, 25 Nov 26 10:00:00 GMT", "2026-11-25"),
    ("Wed Nov 25 10:00:00 UTC 2026", "2026-11-25"),
    ("20261345", "None"),
    ("November 2026", "2026-11"),
    ("05/06/2026", "None"),
    ("yesterday", "None"),
    ("30 Feb 2026", "None"),
    ("", "None"),
]


def test_dates_in_any_common_form_and_never_the_day_of_fetching(newsroom: Newsroom) -> None:
    newsroom.source()
    for number in range(len(DATES)):
        newsroom.site.pages[f"/band-{number}"] = Page(article_page(f"Band {number}", told(number)))
    items = [Item(f"/band-{number}", f"Band {number}", date) for number, (date, _) in enumerate(DATES)]
    newsroom.site.pages["/feed"] = Page(rss(items, newsroom.site))
    newsroom.follow()
    newsroom.follow()  # they are more than one pass takes
    found = {shelved.article.title: str(shelved.article.published) for shelved in newsroom.articles.all()}
    assert found == {f"Band {number}": expected for number, (_, expected) in enumerate(DATES)}


WALL = article_page("Access Denied", ["You don't have permission to access this server."])
BAD_FEEDS = {
    "a page with status 200": Page(WALL),
    "no entries": Page(b"<rss><channel><title>Empty</title></channel></rss>", "text/xml"),
    "nothing": Page(b""),
    "a bomb": zipped(b"<rss><channel>" + b"<item/>" * 2_000_000),
    "a wrong character set": Page(b'<?xml version="1.0" encoding="utf-16"?><rss>\xff\xfe\xff</rss>'),
    "an error": Page(status=500),
    "too many requests": Page(status=429, headers={"Retry-After": "7200"}),
    "forbidden": Page(status=403),
    "a redirect to ourselves": Page(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    "a redirect to metadata": Page(status=302, headers={"Location": "http://169.254.169.254/"}),
}


@pytest.mark.parametrize("page", BAD_FEEDS.values(), ids=BAD_FEEDS.keys())
def test_a_bad_feed_is_one_sentence_and_waits_longer_each_time(page: Page, newsroom: Newsroom) -> None:
    newsroom.source("/feed", "every_hours = 1")
    newsroom.source("/other")
    newsroom.publish(1, path="/other")
    newsroom.site.pages["/feed"] = page
    bad, good = newsroom.follow().outcomes
    assert bad.failed
    assert "\n" not in bad.failed
    if page.status not in (429, 500):  # a host that wants quiet gets it for all its pages
        assert len(good.entered) == 1
    state = newsroom.folder / "data" / "state" / "following.json"
    first = json.loads(state.read_text("utf-8"))["sources"]["feed"]["due"] - time.time()
    assert 3500 < first < 3700 if page.status != 429 else 7100 < first < 7300
    newsroom.follow()
    second = json.loads(state.read_text("utf-8"))["sources"]["feed"]["due"] - time.time()
    assert 7000 < second < 7300


def test_a_feed_in_another_character_set_is_read(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1)
    feed = newsroom.site.pages["/feed"].body.decode().replace("Band 1 announced", "Bänd für 299 €")
    for declared, encoding in (("UTF-8", "utf-8"), ("ISO-8859-1", "utf-8"), ("windows-1252", "cp1252")):
        body = feed.replace("UTF-8", declared).encode(encoding)
        newsroom.site.pages["/feed"] = Page(body, "text/xml; charset=iso-8859-1")
        newsroom.site.pages["/band-1"] = Page(b"<html><body><article><p>" + told(1)[0].encode() + b"</p></article>")
        assert newsroom.follow().outcomes[0].failed == ""
    newsroom.publish(2)
    silent = newsroom.site.pages["/feed"].body.decode().replace("Band 2 announced", "Uhr für 9 €")
    silent = silent.replace(' encoding="UTF-8"', "")
    newsroom.site.pages["/feed"] = Page(silent.encode("cp1252"), "text/xml; charset=windows-1252")
    newsroom.site.pages["/band-2"] = Page(b"<html><body><article><p>" + told(2)[0].encode() + b"</p></article>")
    assert newsroom.follow().outcomes[0].failed == ""
    assert newsroom.titles() == ["Bänd für 299 €", "Uhr für 9 €"]


def test_an_article_that_cannot_be_read_is_tried_again_and_then_let_be(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2)
    newsroom.site.pages["/band-1"] = Page(WALL)
    for _ in range(MOST_TRIES):
        assert only(newsroom.follow())[3] == 1
    assert only(newsroom.follow())[3] == 0
    assert newsroom.titles() == ["Band 2 announced"]


def after_a_while(newsroom: Newsroom) -> None:
    """Let the time pass for which sites want quiet, and have another process follow."""
    state = newsroom.folder / "data" / "state" / "following.json"
    seen = json.loads(state.read_text("utf-8"))
    state.write_text(json.dumps(seen | {"quiet": {}}), "utf-8")
    newsroom.articles = newsroom.restarted()


def elsewhere(newsroom: Newsroom) -> None:
    """Let the feed link to articles of another host than its own."""
    feed = newsroom.site.pages["/feed"]
    newsroom.site.pages["/feed"] = replace(feed, body=feed.body.replace(b"//127.0.0.1:", b"//localhost:"))


def test_a_site_that_can_take_no_more_for_days_costs_no_article(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2, 3)
    elsewhere(newsroom)
    whole = dict(newsroom.site.pages)
    busy = Page(status=429, headers={"Retry-After": "3600"})
    newsroom.site.pages |= dict.fromkeys(("/band-1", "/band-2", "/band-3"), busy)
    for _ in range(2 * MOST_TRIES):
        newsroom.site.asked.clear()
        (outcome,) = newsroom.follow().outcomes
        assert (len(outcome.refused), len(outcome.put_off), outcome.failed) == (1, 2, "")
        assert "60 minutes" in outcome.put_off[0][1]
        assert len([path for path in newsroom.site.paths() if path.startswith("/band")]) == 1
        newsroom.articles = newsroom.restarted()  # another process keeps to it, too
        assert len(newsroom.follow().outcomes[0].put_off) == 3
        after_a_while(newsroom)
    newsroom.site.pages |= whole
    assert only(newsroom.follow()) == (3, 0, 0, 0)


def test_one_broken_page_costs_no_other_article(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2, 3)
    newsroom.site.pages["/band-3"] = Page(status=500)
    assert only(newsroom.follow()) == (2, 0, 0, 1)
    newsroom.publish(1, 2, 3, 4)
    newsroom.site.pages["/band-3"] = Page(status=503)
    assert only(newsroom.follow()) == (1, 0, 0, 1), "what failed before is asked for last"


def test_a_site_that_does_not_answer_costs_no_article_and_little_time(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(*range(1, 7))
    elsewhere(newsroom)
    whole = dict(newsroom.site.pages)
    dripping = Page(b"<p>", drip=0.05)
    newsroom.site.pages |= {f"/band-{number}": dripping for number in range(1, 7)}
    for _ in range(2 * MOST_TRIES):
        newsroom.articles = newsroom.restarted(Limits(seconds=0.6, pause=0.0))
        newsroom.site.asked.clear()
        (outcome,) = newsroom.follow().outcomes
        assert (len(outcome.refused), len(outcome.put_off)) == (2, 4)
        after_a_while(newsroom)
    newsroom.site.pages |= whole
    newsroom.articles = newsroom.restarted()
    assert only(newsroom.follow()) == (6, 0, 0, 0)


def test_a_feed_that_drips_for_ever_is_left_at_the_deadline(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.source("/other")
    newsroom.publish(1, path="/other")
    newsroom.site.pages["/feed"] = Page(b"<rss><channel>", "text/xml", drip=0.05)
    newsroom.articles = newsroom.restarted(Limits(seconds=0.5, pause=0.0))
    bad, good = newsroom.follow().outcomes
    assert "try again later" in bad.failed
    assert len(good.entered) == 1


def test_a_source_of_a_site_that_wants_quiet_is_not_called_unreadable(newsroom: Newsroom) -> None:
    newsroom.source("/busy", "every_hours = 1")
    newsroom.source("/feed", "every_hours = 1")
    newsroom.publish(1)
    newsroom.site.pages["/busy"] = Page(status=503, headers={"Retry-After": "7200"})
    for _ in range(3):
        busy, quiet = sorted(newsroom.follow().outcomes, key=lambda outcome: outcome.source)
        assert busy.failed
        assert "left alone for 2 hours" in quiet.failed
        assert abs(busy.due - time.time() - 7200) < 100
        assert abs(quiet.due - time.time() - 7200) < 100
        newsroom.articles = newsroom.restarted()
    assert newsroom.articles.sources.failing() == {}
    after_a_while(newsroom)
    feed, busy = newsroom.follow().outcomes
    assert (feed.source, len(feed.entered)) == ("feed", 1), "what failed before is asked last"
    assert "status 503" in busy.failed


def test_the_page_of_an_article_is_looked_at_once_its_site_may_be_asked_again(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1)
    newsroom.follow()
    state = newsroom.folder / "data" / "state" / "following.json"
    seen = json.loads(state.read_text("utf-8"))
    for looked in seen["articles"].values():
        looked["at"] -= 2 * 86_400
    state.write_text(json.dumps(seen | {"quiet": {"127.0.0.1": time.time() + 7200}}), "utf-8")
    newsroom.site.pages["/band-1"] = Page(article_page("Band 1 announced", [*told(1), "And it is red."]))
    assert newsroom.articles.follow().revisited.changed == []
    after_a_while(newsroom)
    assert len(newsroom.articles.follow().revisited.changed) == 1


def test_what_cannot_be_read_three_times_is_named_with_the_reason(newsroom: Newsroom) -> None:
    newsroom.source("/gone")
    for _ in range(3):
        assert newsroom.articles.sources.failing() == {}
        newsroom.follow()
    (why,) = newsroom.restarted().sources.failing().values()
    assert "There is no such page" in why


def test_who_follows_as_often_as_a_source_wants_finds_it_due(newsroom: Newsroom) -> None:
    newsroom.source("/feed", "every_hours = 6")
    newsroom.publish(1)
    began = time.time()
    (outcome,) = newsroom.articles.follow().outcomes
    assert began + 6 * 3600 - 70 < outcome.due < began + 6 * 3600


def test_a_pass_is_told_as_lines(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.source("/gone")
    newsroom.publish(1, 2)
    newsroom.site.pages["/band-2"] = Page(article_page("Told again", [*told(1), "A reporter read it there."]))
    first = list(digest(newsroom.follow()))
    assert first[0] == "feed: 2 new, 0 corrected, 0 passed over, 0 unreadable"
    assert first[2].startswith("· band-1-announced-")
    assert first[2].endswith(" (2 articles, 1 origin)")
    assert first[3].startswith("gone: There is no such page")
    assert " It is due again on " in first[3]
    newsroom.site.pages["/band-1"] = Page(status=410)
    newsroom.follow()
    hours_pass(newsroom.folder / "data")
    last = list(digest(newsroom.follow()))[-1]
    assert last.startswith("Withdrawn by its publisher: band-1-announced-")
    assert "restoring brings it back" in last


def test_a_feed_with_many_entries_is_taken_in_portions(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(*range(MOST_NEW + 5))
    assert only(newsroom.follow())[0] == MOST_NEW
    assert only(newsroom.follow())[0] == 5
    assert only(newsroom.follow())[0] == 0


def test_a_pass_that_is_stopped_goes_on_with_the_next(newsroom: Newsroom) -> None:
    newsroom.source()
    newsroom.publish(1, 2, 3)
    left = [False, False, True]  # before the source, before its first entry, then
    assert only(newsroom.articles.follow(everything=True, stopped=lambda: left.pop(0) if left else True))[0] == 1
    assert only(newsroom.follow())[0] == 2


def test_two_do_not_follow_at_once(newsroom: Newsroom) -> None:
    with FileLock(newsroom.folder / "data" / "state" / "following.lock"), pytest.raises(AlreadyFollowing):
        newsroom.follow()


def test_a_single_page_is_a_source(newsroom: Newsroom) -> None:
    newsroom.source("/band-7", 'kind = "page"')
    newsroom.publish(7)
    assert only(newsroom.follow()) == (1, 0, 0, 0)
    assert only(newsroom.follow()) == (0, 0, 0, 0)
    newsroom.site.pages["/band-7"] = Page(article_page("Band 7 announced", [*told(7), "And it is red."]))
    assert only(newsroom.follow()) == (0, 1, 0, 0)


def test_the_sources_we_ship_are_whole_and_none_is_enabled() -> None:
    found = read_sources(PATHS)
    assert found.refused == ()
    assert len(found.entries) > 30
    assert not any(source.enabled for source in found.entries)
    assert all(source.proven.startswith("no") and source.topic for source in found.entries)


GOOD = 'name = "a"\nurl = "https://example.org/feed"\npublisher = "A"\n'


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        (['url = "https://example.org/"'], "name"),
        ([GOOD.replace("https://example.org/feed", "file:///etc/passwd")], "web address"),
        ([GOOD.replace("https://", "https://user:pass@")], "password"),
        ([GOOD.replace('"a"', '"A b"')], "name"),
        ([GOOD + 'every_hours = "often"'], "every_hours"),
        ([GOOD + "every_hours = 0"], "every_hours"),
        ([GOOD + "evry_hours = 6"], "evry_hours"),
        ([GOOD + 'kind = "podcast"'], "kind"),
        ([GOOD + 'trust = "total"'], "trust"),
        ([GOOD + 'keywords = [" "]'], "keyword"),
        ([GOOD + 'keywords = ["@nowhere"]'], "nowhere"),
        ([GOOD + 'keywords = "ring"'], "keywords"),
        ([GOOD, GOOD], "twice"),
    ],
)
def test_a_bad_entry_is_one_line_and_the_others_go_on(entries: Sequence[str], named: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    whole = [*entries, GOOD.replace('"a"', '"z"')]
    path.write_text("".join(f"[[source]]\n{entry}\n" for entry in whole), "utf-8")
    found = read_sources(path)
    (line,) = found.refused
    assert named in line
    assert "\n" not in line
    assert found.entries[-1].name == "z"


@pytest.mark.parametrize("content", [b"[[source", b"\xff", b"x" * 2_000_000, b"a = " + b"[" * 5000, None])
def test_a_file_that_cannot_be_used_is_one_sentence(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourcesError) as caught:
        read_sources(path)
    assert "\n" not in str(caught.value)
