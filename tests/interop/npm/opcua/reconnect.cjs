// Subscribe to a tag and say every value of it, on and on; "subscribed" and "reconnected" are said as they happen.
"use strict";
const { AttributeIds, ClientSubscription, TimestampsToReturn } = require("node-opcua-client");
const { run } = require("./connect.cjs");

run(async (session, given, client) => {
  client.on("connection_reestablished", () => console.log("reconnected"));
  const subscription = ClientSubscription.create(session, {
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  const item = await subscription.monitor(
    { nodeId: given.node, attributeId: AttributeIds.Value },
    { samplingInterval: 100, queueSize: 10, discardOldest: true },
    TimestampsToReturn.Both,
  );
  item.once("changed", () => console.log("subscribed"));
  item.on("changed", ({ value }) => console.log(value.value));
  await new Promise(() => {}); // until it is killed
});
