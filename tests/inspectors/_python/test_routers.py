from wsdoctor.inspectors._python.routers import prefixes, stem

MAIN = "app/main.py"
CHAT = "app/routers/chat.py"


def of_chat(main: str, chat: str = "router = APIRouter()", name: str = "router") -> str | None:
    return prefixes([(MAIN, main), (CHAT, chat)]).get(("chat", name))


def test_the_name_of_a_module() -> None:
    assert stem("app/routers/chat.py") == "chat"
    assert stem("app/api/__init__.py") == "api"


def test_a_router_that_has_a_prefix_of_its_own() -> None:
    assert of_chat("", "router = APIRouter(prefix='/chat/')") == "/chat"
    assert of_chat("", "router: APIRouter = fastapi.APIRouter(tags=['a'], prefix=\"/chat\")") == "/chat"
    assert of_chat("") is None


def test_a_router_that_is_included_by_its_module() -> None:
    assert (
        of_chat("app.include_router(chat.router, prefix='/api')", "router = APIRouter(prefix='/chat')") == "/api/chat"
    )
    assert of_chat("app.include_router(chat.router, tags=['a'], dependencies=[Depends(f)], prefix='/api')") == "/api"
    assert of_chat("app.include_router(routers.chat.router)") == ""
    assert of_chat("from app.routers import chat as talk\napp.include_router(talk.router, prefix='/a')") == "/a"


def test_a_router_that_is_included_by_another_name() -> None:
    imported = "from app.routers.chat import (\n    router as talk,\n)\napp.include_router(router=talk, prefix='/a')"
    assert of_chat(imported) == "/a"


def test_a_router_in_a_router() -> None:
    api = "api = APIRouter(prefix='/v1')\napi.include_router(chat.router, prefix='/c')\n"
    assert of_chat(f"{api}app.include_router(api, prefix='/a')") == "/a/v1/c"


def test_routers_that_include_each_other_come_to_an_end() -> None:
    text = "a = APIRouter(prefix='/a')\na.include_router(b)\nb.include_router(a)"
    assert prefixes([(MAIN, text)])[("main", "b")].startswith("/a")
