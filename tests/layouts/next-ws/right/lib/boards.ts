import { REALTIME_HOST, SITE } from "./config";

export async function boards() {
  const response = await fetch(`${SITE}/api/boards`, { cache: "no-store" });
  return response.json();
}

export function open(board: number) {
  return new WebSocket(`ws://${REALTIME_HOST}/boards/${board}`);
}
