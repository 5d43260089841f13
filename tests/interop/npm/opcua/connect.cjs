// What the programs here share: a connection as a JSON argument describes it, and values as JSON.
"use strict";
const { EventEmitter } = require("node:events");
const { AttributeIds, MessageSecurityMode, OPCUAClient, SecurityPolicy } = require("node-opcua-client");
const { TimestampsToReturn, UserTokenType, constructEventFilter, ofType } = require("node-opcua-client");
const { OPCUACertificateManager } = require("node-opcua-certificate-manager");

EventEmitter.defaultMaxListeners = 50;
const DEADLINE_MS = 60000; // a busy machine may stand still for some
const given = JSON.parse(process.argv[2] ?? "{}");

/** `connection`: url, pki (a folder); policy and mode, certificate, key and uri; user and password, all optional. */
async function connect(connection, retries = 0) {
  const certificates = new OPCUACertificateManager({
    rootFolder: connection.pki,
    automaticallyAcceptUnknownCertificate: true,
  });
  await certificates.initialize();
  const client = OPCUAClient.create({
    clientName: "node-opcua",
    applicationUri: connection.uri,
    certificateFile: connection.certificate,
    privateKeyFile: connection.key,
    clientCertificateManager: certificates,
    securityPolicy: SecurityPolicy[connection.policy ?? "None"],
    securityMode: MessageSecurityMode[connection.mode ?? "None"],
    endpointMustExist: false,
    connectionStrategy: { maxRetry: retries, initialDelay: 200, maxDelay: 1000 },
    requestedSessionTimeout: 60000,
  });
  await client.connect(connection.url);
  return { client, certificates };
}

function userOf({ user, password }) {
  return user ? { type: UserTokenType.UserName, userName: user, password } : { type: UserTokenType.Anonymous };
}

/** Connect, run `work` on a session, close everything; what it returns is printed as JSON. */
async function run(work) {
  const { client, certificates } = await connect(given.connection, given.retries);
  try {
    const session = await client.createSession(userOf(given.connection));
    try {
      console.log(JSON.stringify(plain(await work(session, given, client))));
    } finally {
      await session.close();
    }
  } finally {
    await client.disconnect();
    await certificates.dispose();
  }
}

/** A value of the library as JSON: node ids and enumerations as text, bytes as hex, structures by their fields. */
function plain(value) {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return value.toString("hex");
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value, plain);
  if (typeof value !== "object") return typeof value === "number" && !Number.isFinite(value) ? `${value}` : value;
  if (value.schema) return fields(value, value.schema);
  if ("identifierType" in value) return value.toString();
  if ("dataType" in value && "value" in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function fields(structure) {
  const own = Object.entries(structure).filter(([name]) => name !== "schema" && !name.startsWith("_"));
  return Object.fromEntries(own.map(([name, inner]) => [name, plain(inner)]));
}

/** The first of what `read` gives that counts as true. */
async function until(what, read) {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const got = await read();
    if (got) return got;
    if (Date.now() > end) throw new Error(`${what} does not come`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function subscribed(session) {
  return session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 50,
    publishingEnabled: true,
  });
}

/** Events of this type at a node: `heard` is told the values of `fields` by their names. */
async function hear(subscription, nodeId, type, fields, heard) {
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, discardOldest: true, filter: constructEventFilter(fields, ofType(type)) },
    TimestampsToReturn.Both,
  );
  item.on("changed", (values) => heard(Object.fromEntries(fields.map((name, i) => [name, plain(values[i].value)]))));
}

/** A method of the instance by its path: the values of its outputs. */
async function call(session, path, inputArguments) {
  const objectId = path.slice(0, path.lastIndexOf("."));
  const answer = await session.call({ objectId, methodId: path, inputArguments });
  if (!answer.statusCode.isGood()) throw new Error(`${path}: ${answer.statusCode} ${answer.inputArgumentResults}`);
  return answer.outputArguments.map((argument) => argument.value);
}

function started(work) {
  work().catch((error) => {
    console.error(error);
    process.exit(1);
  });
}

const program = (work) => started(() => run(work));
module.exports = { call, connect, given, hear, plain, run: program, started, subscribed, until, userOf };
