"""GraphiQL, the front door for people: what is served, and what a browser makes of it, offline."""

import gzip
import html
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from server.static import BUILT, ide_routes
from tests.browser import Page, opened

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.graphql"))
DEMO_HEADERS = '{"Authorization": "Bearer demo-admin"}'
TABS = ["Customers", "RepSales", "TicketsByPriority", "MonthlySalesByRep"]


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=ide_routes()))


def test_the_page_and_what_it_names_are_served(client: TestClient) -> None:
    page = client.get("/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Rapport</title>" in page.text
    # Asked again, the page may have changed; what it names may not.
    assert page.headers["cache-control"] == "no-cache"
    named = re.findall(r'(?:src|href)="\./(assets/[^"]+)"', page.text)
    assert {Path(name).suffix for name in named} == {".js", ".css"}
    for name in named:
        answer = client.get(f"/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(("text/javascript", "text/css"))
        assert "immutable" in answer.headers["cache-control"]


def test_nothing_may_come_from_or_go_to_another_origin(client: TestClient) -> None:
    headers = client.get("/").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == "'self'"
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip, deflate, br", True),
        ("br, *", True),
        ("gzip;q=0, *", False),
        ("br;q=1.0, gzip; q=0.0", False),
        ("", False),
    ],
)
def test_a_client_without_gzip_gets_the_same_page(client: TestClient, accepted: str, packed: bool) -> None:
    answer = client.get("/", headers={"accept-encoding": accepted})
    assert ("content-encoding" in answer.headers) is packed
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == gzip.decompress((BUILT / "index.html.gz").read_bytes())


def test_a_page_that_is_still_the_same_is_not_sent_again(client: TestClient) -> None:
    known = client.get("/").headers["etag"]
    again = client.get("/", headers={"if-none-match": known})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/", headers={"if-none-match": 'W/"another"'}).status_code == 200


def test_a_demo_hands_its_token_to_the_page_and_nobody_else_does(client: TestClient) -> None:
    assert "rapport-headers" not in client.get("/").text
    demo = TestClient(Starlette(routes=ide_routes("demo-<admin>")))
    for accepted in ("gzip", ""):
        page = demo.get("/", headers={"accept-encoding": accepted})
        (content,) = re.findall(r'<meta name="rapport-headers" content="([^"]+)" />', page.text)
        assert json.loads(html.unescape(content)) == {"Authorization": "Bearer demo-<admin>"}
        assert page.headers["content-security-policy"] == client.get("/").headers["content-security-policy"]
    assert page.headers["etag"] != client.get("/").headers["etag"]


def test_only_get_and_head(client: TestClient) -> None:
    assert client.head("/").status_code == 200
    assert client.post("/").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets/nothing.js",
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/..%2f..%2fpyproject.toml",
        "/assets/%2fetc%2fpasswd",
        "/assets/index.html",
        "/index.html.gz",
    ],
)
def test_no_path_leads_to_another_file(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_committed_build_holds_today_s_examples() -> None:
    built = "".join(gzip.decompress(path.read_bytes()).decode() for path in BUILT.glob("assets/index-*.js.gz"))
    unescaped = built.replace("\\n", "\n").replace('\\"', '"')
    for example in EXAMPLES:
        assert example.read_text() in unescaped, f"{example.name}: run `npm run build` in server/graphiql"


def test_the_lock_names_no_host() -> None:
    lock = json.loads((ROOT / "server/graphiql/package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_answers_with_rows(demo_server: str, example: Path) -> None:
    answer = httpx2.post(
        f"{demo_server}/graphql",
        json={"query": example.read_text()},
        headers={"accept": "application/graphql-response+json", "authorization": "Bearer demo-admin"},
        trust_env=False,
        timeout=30,
    ).json()
    assert "errors" not in answer
    assert all(answer["data"].values())
    rows = re.findall(r'"(?:nodes|groups)": \[\{', json.dumps(answer["data"]))
    assert rows, answer


RESPONSE = "document.querySelector('.graphiql-response')?.innerText.replaceAll('\\u00a0', ' ')"
MODEL = "__MONACO.editor.getModels().find(model => model.uri.path.endsWith({name!r}))"


def ready(page: Page) -> None:
    """Waits until the editor stands and has taken in the first tab."""
    page.wait_for_element(".graphiql-query-editor .view-line span span")
    page.wait_for_element(".graphiql-execute-button")


def write(page: Page, editor: str, text: str) -> None:
    """Puts a text into one of GraphiQL's editors."""
    model = MODEL.format(name=editor)
    page.wait_for(f"{model} !== undefined")
    page.evaluate(f"{model}.setValue({json.dumps(text)})")


@pytest.mark.slow
def test_the_first_tab_runs_in_a_browser_and_nothing_leaves_the_origin(demo_server: str, tmp_path: Path) -> None:
    with opened(demo_server) as page:
        ready(page)
        assert page.evaluate("document.title") == "Rapport"
        tabs = "[...document.querySelectorAll('.graphiql-tab-button')].map(tab => tab.innerText)"
        assert page.evaluate(tabs) == TABS

        assert page.evaluate(f"{MODEL.format(name='request-headers.json')}.getValue()") == DEMO_HEADERS
        page.wait_for("document.querySelector('.graphiql-editor-tools')?.innerText.includes('Headers')")

        page.click(".graphiql-execute-button")
        shown = page.wait_for(f"(text => text?.includes('\"nodes\"') && text)({RESPONSE})")
        page.screenshot(tmp_path / "graphiql.png")
        answer = json.loads(page.evaluate(f"{MODEL.format(name='response.json')}.getValue()"))
        first = answer["data"]["customers"]["nodes"][0]["name"]
        assert first and first in shown

        asked = [asked for asked in page.asked if asked.method == "POST"]
        assert len(asked) >= 2  # the schema and the query
        assert {each.headers["authorization"] for each in asked} == {"Bearer demo-admin"}

        host = urlsplit(demo_server).netloc
        elsewhere = [asked.url for asked in page.asked if urlsplit(asked.url).netloc not in (host, "")]
        assert elsewhere == []
        assert page.complaints == []


@pytest.mark.slow
def test_the_bearer_header_reaches_queries_and_subscriptions(demo_server: str) -> None:
    with opened(demo_server) as page:
        ready(page)
        write(page, "request-headers.json", '{"Authorization": "Bearer demo-rep"}')
        page.click(".graphiql-execute-button")
        page.wait_for(f"({RESPONSE})?.includes('{{')")
        posted = [asked for asked in page.asked if asked.method == "POST"][-1]
        assert posted.url == f"{demo_server}/graphql"
        assert posted.headers["authorization"] == "Bearer demo-rep"
        assert posted.headers["accept"].startswith("application/graphql-response+json")

        write(page, "operation.graphql", "subscription Live { heartbeat }")
        # GraphiQL reads what was typed after a short rest, and then renames the tab.
        page.wait_for("document.querySelector('.graphiql-tab-active')?.innerText.trim() === 'Live'")
        page.click(".graphiql-execute-button")
        page.wait_until(lambda: page.frames)
        assert f"{demo_server.replace('http', 'ws', 1)}/graphql" in [asked.url for asked in page.asked]
        assert json.loads(page.frames[0]) == {
            "type": "connection_init",
            "payload": {"Authorization": "Bearer demo-rep"},
        }
        page.wait_for(f"({RESPONSE})?.includes('\"heartbeat\"')")
