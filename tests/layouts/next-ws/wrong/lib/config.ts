export const REALTIME_HOST = process.env.NEXT_PUBLIC_REALTIME_HOST ?? "localhost:3001";
export const SITE = "http://localhost:3000";
