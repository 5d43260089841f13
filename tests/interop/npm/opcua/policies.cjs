// Every endpoint that the server offers: read and, as a user, write over it.
"use strict";
const { AttributeIds, DataType, MessageSecurityMode } = require("node-opcua-client");
const { connect, given, started, userOf } = require("./connect.cjs");

async function once(connection) {
  const { client, certificates } = await connect(connection);
  try {
    const session = await client.createSession(userOf(connection));
    try {
      const text = await session.read({ nodeId: "ns=2;s=Status.StateText", attributeId: AttributeIds.Value });
      const written = await session.write({
        nodeId: "ns=2;s=Cmd.PartId",
        attributeId: AttributeIds.Value,
        value: { value: { dataType: DataType.String, value: `part of ${connection.policy}` } },
      });
      const back = await session.read({ nodeId: "ns=2;s=Cmd.PartId", attributeId: AttributeIds.Value });
      return { state: text.value.value, written: written.name, partId: back.value.value };
    } finally {
      await session.close();
    }
  } catch (error) {
    return { refused: /Bad\w+/.exec(error.message)?.[0] ?? error.message };
  } finally {
    await client.disconnect();
    await certificates.dispose();
  }
}

started(async () => {
  const { client, certificates } = await connect(given.connection);
  const offered = await client.getEndpoints();
  await client.disconnect();
  await certificates.dispose();
  const endpoints = [];
  for (const { securityPolicyUri, securityMode, userIdentityTokens } of offered) {
    const policy = securityPolicyUri.split("#")[1];
    const mode = MessageSecurityMode[securityMode];
    const { user, password, ...anonymous } = { ...given.connection, policy, mode };
    endpoints.push({
      policy,
      mode,
      tokens: userIdentityTokens.map((token) => token.tokenType),
      anonymous: await once(anonymous),
      user: await once({ ...anonymous, user, password }),
      wrong: await once({ ...anonymous, user, password: `${password}x` }),
    });
  }
  console.log(JSON.stringify(endpoints));
});
