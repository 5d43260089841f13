// A PLC program on modbus-serial. argv: port, parts. Prints what it read as JSON.
"use strict";
const ModbusRTU = require("modbus-serial");

const [port, parts] = process.argv.slice(2).map(Number);
const NEWEST = 14, RING = 2000, SLOT = 64, ENABLE = 1, READY = 1, DEADLINE_MS = 20000;
const plc = new ModbusRTU();

async function input(address, count) {
  return (await plc.readInputRegisters(address, count)).buffer;
}

async function until(read, enough) {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const got = await read();
    if (enough(got)) return got;
    if (Date.now() > end) throw new Error(`the station does not get there: ${got.toString("hex")}`);
  }
}

function constants(block) {
  return {
    mapVersion: block.readUInt16BE(52),
    uint32: block.readUInt32BE(56),
    float: block.readFloatBE(60),
    int32: block.readInt32BE(64),
    text: block.toString("latin1", 68, 72),
  };
}

// Every request is on the wire before the first answer is waited for; what is read tells which one was answered.
async function pipelined() {
  const order = [];
  const noted = (name, request) =>
    request.then(
      (answer) => order.push([name, answer.data ?? null]),
      (error) => order.push([name, error.modbusCode]),
    );
  await Promise.all([
    noted("text", plc.readInputRegisters(34, 2)),
    noted("version", plc.readInputRegisters(26, 1)),
    noted("write 7", plc.writeRegisters(6, [7])),
    noted("heartbeat", plc.readHoldingRegisters(6, 1)),
    noted("write 8", plc.writeRegister(6, 8)),
    noted("heartbeat", plc.readHoldingRegisters(6, 1)),
    noted("refused", plc.readInputRegisters(64, 1)),
    noted("mirror", plc.readHoldingRegisters(1034, 2)),
    ...Array.from({ length: 24 }, (_, i) => noted(`${i}`, plc.readInputRegisters(28, i + 1))),
  ]);
  return order;
}

// Sequence, user tag, encoder position and part id in one write, as one PLC block does it.
async function trigger(sequence) {
  const id = Buffer.alloc(64);
  const length = id.write(`Türe-${sequence}`);
  const words = Buffer.alloc(2 * 45);
  words.writeUInt16BE(sequence, 0);
  words.writeUInt32BE(0x10000 + sequence, 16);
  words.writeInt32BE(-1000 * sequence, 20);
  words.writeUInt16BE(length, 24);
  id.copy(words, 26);
  await plc.writeRegisters(4, words);
}

async function part(sequence, newest) {
  await trigger(sequence);
  const head = await until(() => input(0, 15), (s) => s.readUInt16BE(2 * NEWEST) !== newest);
  const seq = head.readUInt16BE(2 * NEWEST);
  const slot = await input(RING + SLOT * (seq % 16), SLOT);
  const [now, text] = await Promise.all([input(100, 1), input(332, 33)]); // strings stand in the current result alone
  return {
    sequence: slot.readUInt16BE(2),
    whole: [0, 54, 126].every((at) => slot.readUInt16BE(at) === seq) && now.readUInt16BE(0) === seq,
    seq,
    flags: slot.readUInt16BE(4),
    job: slot.readUInt16BE(6),
    number: slot.readUInt32BE(8),
    userTag: slot.readUInt32BE(12),
    encoder: slot.readInt32BE(120),
    values: Array.from({ length: 16 }, (_, i) => slot.readFloatBE(56 + 4 * i)).map((v) => (Number.isNaN(v) ? null : v)),
    partId: text.toString("utf8", 2, 2 + text.readUInt16BE(0)),
  };
}

async function main() {
  await plc.connectTCP("127.0.0.1", { port });
  plc.setID(1);
  plc.setTimeout(5000);
  const said = { constants: constants(await input(0, 64)), pipelined: await pipelined(), parts: [] };
  said.device = (await plc.readDeviceIdentification(3, 0)).data;
  await plc.maskWriteRegister(6, 0xfff0, 0x0005);
  said.masked = (await plc.readHoldingRegisters(6, 1)).data[0];
  await plc.writeCoils(0, [true, false, false]);
  said.coils = (await plc.readCoils(0, 8)).data;
  await plc.writeRegisters(0, [ENABLE, 0, 0, 0, 0]); // a new client says so: no number is its baseline
  let newest = (await until(() => input(0, 15), (s) => s.readUInt16BE(0) & READY)).readUInt16BE(2 * NEWEST);
  said.server = (await plc.reportServerID(0, 0)).additionalData.toString("latin1"); // two arguments that it leaves unused
  for (let sequence = 1; sequence <= parts; sequence++) {
    said.parts.push(await part(sequence, newest));
    newest = said.parts.at(-1).seq;
  }
  await plc.writeRegister(0, 0);
  plc.close(() => console.log(JSON.stringify(said)));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
