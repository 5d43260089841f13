// A PLC program on jsmodbus, with the handshake of bits. argv: port, parts. Prints what it read as JSON.
"use strict";
const net = require("node:net");
const modbus = require("jsmodbus");

const [port, parts] = process.argv.slice(2).map(Number);
const COIL = { enable: 0, trigger: 1, buffer: 2, resultsAck: 3 };
const BIT = { ready: 0, triggerAck: 1, valid: 11 };
const DEADLINE_MS = 20000;
const socket = new net.Socket();
const plc = new modbus.client.TCP(socket, 1, 5000);

const bit = async (number) => (await plc.readDiscreteInputs(number, 1)).response.body.valuesAsArray[0];
const coil = (number, on) => plc.writeSingleCoil(number, on);
const words = async (address, count) => (await plc.readInputRegisters(address, count)).response.body.valuesAsBuffer;

async function wait(name, wanted) {
  const end = Date.now() + DEADLINE_MS;
  while ((await bit(BIT[name])) !== wanted) {
    if (Date.now() > end) throw new Error(`${name} does not become ${wanted}`);
  }
}

async function part() {
  await wait("ready", 1);
  await coil(COIL.trigger, true);
  await wait("triggerAck", 1);
  await coil(COIL.trigger, false);
  await wait("valid", 1);
  const block = await words(100, 125);
  await coil(COIL.resultsAck, true);
  await wait("valid", 0);
  await coil(COIL.resultsAck, false);
  return {
    seq: block.readUInt16BE(0),
    flags: block.readUInt16BE(4),
    number: block.readUInt32BE(8),
    values: Array.from({ length: 16 }, (_, i) => block.readFloatBE(56 + 4 * i)).map((v) => (Number.isNaN(v) ? null : v)),
  };
}

async function main() {
  const said = { parts: [] };
  said.text = (await words(34, 2)).toString("latin1");
  said.mirror = (await plc.readHoldingRegisters(1034, 2)).response.body.valuesAsBuffer.toString("latin1");
  await plc.writeMultipleRegisters(64, [1, 65535, 3]);
  said.written = (await plc.readHoldingRegisters(64, 3)).response.body.valuesAsArray;
  await plc.writeSingleRegister(6, 77);
  said.refused = await plc.readInputRegisters(64, 1).catch((error) => error.response.body.code);
  await plc.writeMultipleCoils(COIL.enable, [true, false, false, false]);
  said.coils = Array.from((await plc.readCoils(0, 8)).response.body.valuesAsArray).slice(0, 8);
  for (let i = 0; i < parts; i++) said.parts.push(await part());
  await coil(COIL.enable, false);
  console.log(JSON.stringify(said));
  socket.end();
}

socket.on("connect", () => main().catch((error) => {
  console.error(error);
  process.exit(1);
}));
socket.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
socket.connect({ host: "127.0.0.1", port });
