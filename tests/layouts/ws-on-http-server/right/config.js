export const config = {
  port: Number(process.env.PORT ?? 8100),
  telemetryPort: Number(process.env.TELEMETRY_PORT ?? 8101),
};
