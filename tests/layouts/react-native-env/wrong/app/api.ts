import Constants from "expo-constants";

const BASE = process.env.EXPO_PUBLIC_API_URL;

export async function deliveries() {
  const response = await fetch(`${BASE}/deliveries`);
  return response.json();
}
