import { describe, expect, test } from "vitest";
import { httpAddress, pathOf, socketAddress } from "./address";

describe("addresses follow the page's own", () => {
  test("at the root", () => {
    const base = "http://10.0.0.5:5000/#/run";
    expect(httpAddress("api/v1/station", base)).toBe("http://10.0.0.5:5000/api/v1/station");
    expect(socketAddress("api/v1/live", base)).toBe("ws://10.0.0.5:5000/api/v1/live");
    expect(pathOf("socket.io/", base)).toBe("/socket.io/");
  });

  test("behind a prefix, under TLS", () => {
    const base = "https://line.example/s/west/index.html#/run";
    expect(httpAddress("api/v1/station", base)).toBe("https://line.example/s/west/api/v1/station");
    expect(socketAddress("api/v1/live", base)).toBe("wss://line.example/s/west/api/v1/live");
    expect(pathOf("socket.io/", base)).toBe("/s/west/socket.io/");
  });
});
