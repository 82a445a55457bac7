export async function rooms(): Promise<string[]> {
  const response = await fetch("/api/rooms");
  return response.json();
}

export function join(room: string): WebSocket {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}/ws/${room}`);
}
