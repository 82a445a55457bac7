const URL = process.env.EXPO_PUBLIC_WS_URL ?? "ws://10.0.2.2:4001";

export const track = (id: string) => new WebSocket(`${URL}/track/${id}`);
