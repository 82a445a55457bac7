import axios from "axios";

export const http = axios.create({ baseURL: "http://localhost:8601", timeout: 5000 });
