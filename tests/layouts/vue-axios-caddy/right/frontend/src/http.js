import axios from "axios";

export const http = axios.create({ baseURL: "http://localhost:8600", timeout: 5000 });
