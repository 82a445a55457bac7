"use client";
import { useEffect, useState } from "react";
import { boards, open } from "../lib/boards";

export default function Page() {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    boards().then((all) => setNames(all.map((one: { name: string }) => one.name)));
    const socket = open(1);
    return () => socket.close();
  }, []);
  return <ul>{names.map((name) => <li key={name}>{name}</li>)}</ul>;
}
