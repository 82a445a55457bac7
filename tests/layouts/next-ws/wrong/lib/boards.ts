import { REALTIME_HOST, SITE } from "./config";

export async function boards() {
  const response = await fetch(`${SITE}/api/boards`, { cache: "no-store" });
  return response.json();
}

export function open(board: number) {
  return new WebSocket(`ws://${REALTIME_HOST}/boards/${board}`);
}

export async function presence() {
  const response = await fetch(`http://${REALTIME_HOST}/presence`);
  return response.json();
}
