from fastapi import APIRouter

router = APIRouter(tags=["rooms"])


@router.get("/rooms")
async def rooms() -> list[str]:
    return ["red", "blue"]
