it("refuses", async () => {
  const response = await fetch("http://localhost:6500/");
  expect(response.status).toBe(426);
});
