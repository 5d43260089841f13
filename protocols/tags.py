"""The tag table: every value that PLCs and SCADA systems see, one row each.

Rows are added, never moved; a change that a PLC program can see is written in the changelog. Addresses are zero-based.
"""

from typing import Any

from .tag import COMMAND, HR, IR, STATUS, Tag, Wire

# a row is a line: this file is left out of the formatter
MAP_VERSION = 0x0100
SLOTS = 32  # tool places of a recipe
RING_SLOTS = 16
LAST_RESULT_SEQ = 65520  # then 1 again: a multiple of RING_SLOTS, so that the ring never loses a slot at the wrap
COMMAND_WORDS = 200  # HR 0-199
RESULT_BASE, RESULT_WORDS = 100, 269  # the current result, IR 100-368
USER_BASE, USER_WORDS = 400, 256  # the user-defined block, IR 400-655
COMPACT_BASE, COMPACT_WORDS = 900, 32
RING_BASE, SLOT_WORDS = 2000, 64
MIRROR_BASE = 1000  # holding register 1000 + n reads as input register n


# Command image: what the PLC writes (holding registers 0-199)

TRIGGER_ENABLE = Tag("TriggerEnable", HR(0, bit=0), Wire.BOOL, COMMAND, node="Plc.TriggerEnable", help="Level: Modbus triggers are taken")
TRIGGER = Tag("Trigger", HR(0, bit=1), Wire.BOOL, COMMAND, node="Plc.Trigger", help="Rising edge: inspect one part")
BUFFER_RESULTS_ENABLE = Tag("BufferResultsEnable", HR(0, bit=2), Wire.BOOL, COMMAND, node="Plc.BufferResultsEnable", help="Level: results wait in a queue until acknowledged")
RESULTS_ACK = Tag("ResultsAck", HR(0, bit=3), Wire.BOOL, COMMAND, node="Plc.ResultsAck", help="Rising edge: the result at the head was taken")
EXECUTE_COMMAND = Tag("ExecuteCommand", HR(0, bit=4), Wire.BOOL, COMMAND, node="Plc.ExecuteCommand", help="Rising edge: execute CommandCode")
SET_USER_DATA = Tag("SetUserData", HR(0, bit=5), Wire.BOOL, COMMAND, node="Plc.SetUserData", help="Rising edge: latch PartId for the next part")
CLEAR_ERROR = Tag("ClearError", HR(0, bit=6), Wire.BOOL, COMMAND, node="Plc.ClearError", help="Rising edge: clear the latched bits")
SET_OFFLINE = Tag("SetOffline", HR(0, bit=7), Wire.BOOL, COMMAND, node="Plc.SetOffline", help="Level: take the station offline")
CONTROL_WORD = Tag("ControlWord", HR(0), Wire.U16, COMMAND, node="Plc.ControlWord", help="Bits 0-7 as named, 8-15 reserved")
COMMAND_CODE = Tag("CommandCode", HR(1), Wire.U16, COMMAND, node="Plc.CommandCode", help="1 load job, 2 reset counters, 3 clear result queue, 6 self-test, 7 PLC time, 9 set string, 10 force judgement")
COMMAND_ARG = Tag("CommandArg", HR(2), Wire.U16, COMMAND, node="Plc.CommandArg", help="Argument of the command")
COMMAND_SEQ = Tag("CommandSeq", HR(3), Wire.U16, COMMAND, node="Plc.CommandSeq", help="A new non-zero value executes CommandCode")
TRIGGER_SEQ = Tag("TriggerSeq", HR(4), Wire.U16, COMMAND, node="Plc.TriggerSeq", help="A new non-zero value triggers; 0 is idle")
RESULT_ACK_SEQ = Tag("ResultAckSeq", HR(5), Wire.U16, COMMAND, node="Plc.ResultAckSeq", help="The ResultSeq that was consumed")
PLC_HEARTBEAT = Tag("PlcHeartbeat", HR(6), Wire.U16, COMMAND, node="Plc.PlcHeartbeat", help="Any change counts")
COMMAND_DATA = Tag("CommandData", HR(8), Wire.U64, COMMAND, node="Plc.CommandData", help="64-bit argument, UNIX time in microseconds for command 7")
USER_TAG = Tag("UserTag", HR(12), Wire.U32, COMMAND, node="Plc.UserTag", help="Echoed in the result")
ENCODER_POSITION = Tag("EncoderPosition", HR(14), Wire.I32, COMMAND, node="Plc.EncoderPosition", help="Echoed in the result")
PART_ID_LENGTH = Tag("PartIdLength", HR(16), Wire.U16, COMMAND, node="Plc.PartIdLength", help="Bytes of PartId, 0-64")
PART_ID = Tag("PartId", HR(17), Wire.text(32), COMMAND, node="Plc.PartId", help="Latched by SetUserData, or by a trigger that comes in the same write")
RECIPE_PARAMETERS = Tag("RecipeParameters", HR(64), Wire.array(Wire.U16, 64), COMMAND, node="Plc.RecipeParameters", help="Up to 32 inputs of two registers, typed by the active recipe")
COMMAND_TEXT_LENGTH = Tag("CommandTextLength", HR(128), Wire.U16, COMMAND, node="Plc.CommandTextLength", help="Bytes of CommandText, 0-64")
COMMAND_TEXT = Tag("CommandText", HR(129), Wire.text(32), COMMAND, node="Plc.CommandText", help="Argument of command 9")

# Status block: what the station says (input registers 0-63)

STATUS_WORD = Tag("StatusWord", IR(0), Wire.U16, STATUS, node="Status.Word", help="Bits 0-15 as named", copies=(IR(900),))
TRIGGER_READY = Tag("TriggerReady", IR(0, bit=0), Wire.BOOL, STATUS, node="Status.Ready", help="A trigger would be accepted now", copies=(IR(900, bit=0),))
TRIGGER_ACK = Tag("TriggerAck", IR(0, bit=1), Wire.BOOL, STATUS, node="Status.TriggerAck", help="The bit trigger was accepted; falls with Trigger", copies=(IR(900, bit=1),))
ACQUIRING = Tag("Acquiring", IR(0, bit=2), Wire.BOOL, STATUS, node="Status.Acquiring", help="A frame is being taken", copies=(IR(900, bit=2),))
MISSED_TRIGGER = Tag("MissedTrigger", IR(0, bit=3), Wire.BOOL, STATUS, node="Status.MissedTrigger", help="A Modbus trigger was rejected; until ClearError or the next accepted one", copies=(IR(900, bit=3),))
ONLINE = Tag("Online", IR(0, bit=7), Wire.BOOL, STATUS, node="Status.Online", help="Camera and recipe are ready", copies=(IR(900, bit=7),))
SYSTEM_BUSY = Tag("SystemBusy", IR(0, bit=8), Wire.BOOL, STATUS, node="Status.SystemBusy", help="A trigger is open", copies=(IR(900, bit=8),))
INSPECTION_COMPLETED = Tag("InspectionCompleted", IR(0, bit=9), Wire.BOOL, STATUS, node="Status.InspectionCompleted", help="Toggles with every result: never read it as a level", copies=(IR(900, bit=9),))
RESULTS_BUFFER_OVERRUN = Tag("ResultsBufferOverrun", IR(0, bit=10), Wire.BOOL, STATUS, node="Status.ResultsBufferOverrun", help="The queue dropped a result; until ClearError", copies=(IR(900, bit=10),))
RESULTS_VALID = Tag("ResultsValid", IR(0, bit=11), Wire.BOOL, STATUS, node="Status.ResultsValid", help="A result stands in the current result block", copies=(IR(900, bit=11),))
COMMAND_EXECUTING = Tag("CommandExecuting", IR(0, bit=12), Wire.BOOL, STATUS, node="Status.CommandExecuting", help="A command is being executed", copies=(IR(900, bit=12),))
COMMAND_COMPLETED = Tag("CommandCompleted", IR(0, bit=13), Wire.BOOL, STATUS, node="Status.CommandCompleted", help="The last command succeeded", copies=(IR(900, bit=13),))
COMMAND_FAILED = Tag("CommandFailed", IR(0, bit=14), Wire.BOOL, STATUS, node="Status.CommandFailed", help="The last command failed, see CommandErrorCode", copies=(IR(900, bit=14),))
ERROR = Tag("Error", IR(0, bit=15), Wire.BOOL, STATUS, node="Status.Error", help="An error is active, see ErrorCode", copies=(IR(900, bit=15),))
STATUS_WORD_2 = Tag("StatusWord2", IR(1), Wire.U16, STATUS, node="Status.Word2", help="Bits 0-7 as named", copies=(IR(901),))
SET_USER_DATA_ACK = Tag("SetUserDataAck", IR(1, bit=0), Wire.BOOL, STATUS, node="Status.SetUserDataAck", help="PartId was latched; falls with SetUserData", copies=(IR(901, bit=0),))
PLC_WATCHDOG_TRIPPED = Tag("PlcWatchdogTripped", IR(1, bit=1), Wire.BOOL, STATUS, node="Status.PlcWatchdogTripped", help="PlcHeartbeat stood still; until ClearError", copies=(IR(901, bit=1),))
WARNING = Tag("Warning", IR(1, bit=2), Wire.BOOL, STATUS, node="Status.Warning", help="A warning is active, see WarningCode", copies=(IR(901, bit=2),))
EXPOSURE_COMPLETE = Tag("ExposureComplete", IR(1, bit=3), Wire.BOOL, STATUS, node="Status.ExposureComplete", help="The part may move", copies=(IR(901, bit=3),))
JOB_PASS = Tag("JobPass", IR(1, bit=4), Wire.BOOL, STATUS, node="Status.JobPass", help="The current result is PASS", copies=(IR(901, bit=4),))
SIMULATED = Tag("Simulated", IR(1, bit=5), Wire.BOOL, STATUS, node="Status.Simulated", help="The camera is simulated", copies=(IR(901, bit=5),))
CONFIG_CHANGED = Tag("ConfigChanged", IR(1, bit=6), Wire.BOOL, STATUS, node="Status.ConfigChanged", help="Settings or recipes changed since the last ClearError", copies=(IR(901, bit=6),))
TIME_SYNCHRONISED = Tag("TimeSynchronised", IR(1, bit=7), Wire.BOOL, STATUS, node="Status.TimeSynchronised", help="The station's clock is synchronised", copies=(IR(901, bit=7),))
CAMERA_HEARTBEAT = Tag("CameraHeartbeat", IR(2), Wire.U16, STATUS, node="Status.Heartbeat", help="+1 every 100 ms, by the inspection loop's supervisor", copies=(IR(902),))
STATE = Tag("State", IR(3), Wire.U16, STATUS, node="Status.State", help="OPC 40100-1: 1 Preoperational, 2 Halted, 3 Error, 5 Initialized, 6 Ready, 7 SingleExecution, 8 ContinuousExecution")
TRIGGER_SEQ_ACK = Tag("TriggerSeqAck", IR(4), Wire.U16, STATUS, node="Status.TriggerSeqAck", help="The last accepted TriggerSeq", copies=(IR(903),))
TRIGGER_SEQ_REJECTED = Tag("TriggerSeqRejected", IR(5), Wire.U16, STATUS, node="Status.TriggerSeqRejected", help="The last rejected TriggerSeq", copies=(IR(904),))
TRIGGER_REJECT_CODE = Tag("TriggerRejectCode", IR(6), Wire.U16, STATUS, node="Status.TriggerRejectCode", help="1 offline, 2 not enabled, 3 busy, 4 queue full, 5 job loading, 6 camera not connected, 8 too soon, 9 no recipe, 10 storage fault, 11 vision not answering", copies=(IR(905),))
COMMAND_SEQ_ACK = Tag("CommandSeqAck", IR(7), Wire.U16, STATUS, node="Status.CommandSeqAck", help="The last CommandSeq taken up", copies=(IR(906),))
COMMAND_STATUS = Tag("CommandStatus", IR(8), Wire.U16, STATUS, node="Status.CommandStatus", help="0 idle, 1 executing, 2 done, 3 failed", copies=(IR(907),))
COMMAND_ERROR_CODE = Tag("CommandErrorCode", IR(9), Wire.U16, STATUS, node="Status.CommandErrorCode", help="1 unknown, 2 bad argument, 3 wrong state, 4 no such job, 5 job failed to load, 7 timeout, 8 interrupted by a restart")
CURRENT_JOB = Tag("CurrentJob", IR(10), Wire.U16, STATUS, node="Job.Current", help="Job number of the active recipe, 0 = none", copies=(IR(908),))
ERROR_CODE = Tag("ErrorCode", IR(11), Wire.U16, STATUS, node="Status.ErrorCode", help="Highest active error, see the alarm table", copies=(IR(909),))
WARNING_CODE = Tag("WarningCode", IR(12), Wire.U16, STATUS, node="Status.WarningCode", help="Highest active warning")
RESULTS_IN_QUEUE = Tag("ResultsInQueue", IR(13), Wire.U16, STATUS, node="Status.ResultsInQueue", help="0 when unbuffered")
NEWEST_RESULT_SEQ = Tag("NewestResultSeq", IR(14), Wire.U16, STATUS, node="Status.NewestResultSeq", help="The ring slot written last")
QUEUE_CAPACITY = Tag("QueueCapacity", IR(15), Wire.U16, STATUS, node="Status.QueueCapacity", help="Results that the queue holds")
TRIGGER_COUNT = Tag("TriggerCount", IR(16), Wire.U32, STATUS, node="Counters.Triggers", help="Triggers accepted")
MISSED_TRIGGER_COUNT = Tag("MissedTriggerCount", IR(18), Wire.U32, STATUS, node="Counters.Missed", help="Triggers rejected or unserved")
INSPECTION_COUNT = Tag("InspectionCount", IR(20), Wire.U32, STATUS, node="Counters.Total", help="Results since the last reset")
PASS_COUNT = Tag("PassCount", IR(22), Wire.U32, STATUS, node="Counters.Pass", help="Of these PASS")
FAIL_COUNT = Tag("FailCount", IR(24), Wire.U32, STATUS, node="Counters.Fail", help="Of these FAIL")
MAP_VERSION_TAG = Tag("MapVersion", IR(26), Wire.U16, STATUS, node="Status.MapVersion", help="0x0100")
ORDER_CODE = Tag("OrderCode", IR(27), Wire.U16, STATUS, node="Status.OrderCode", help="Bits 0-1 word order, bit 2 string order")
TEST_UINT32 = Tag("TestUInt32", IR(28), Wire.U32, STATUS, help="0x12345678")
TEST_FLOAT = Tag("TestFloat", IR(30), Wire.F32, STATUS, help="3.1415927")
TEST_INT32 = Tag("TestInt32", IR(32), Wire.I32, STATUS, help="-123456789")
TEST_STRING = Tag("TestString", IR(34), Wire.text(2), STATUS, help="ABCD")
UPTIME_SECONDS = Tag("UptimeSeconds", IR(36), Wire.U32, STATUS, node="Status.Uptime", unit="s", help="Since this process generation began to serve")
CONFIG_CHECKSUM = Tag("ConfigChecksum", IR(38), Wire.U32, STATUS, node="Status.ConfigChecksum", help="CRC-32 of the active job and the settings")
CONFIG_CHANGE_COUNTER = Tag("ConfigChangeCounter", IR(40), Wire.U16, STATUS, node="Status.ConfigChangeCounter", help="+1 with every change of settings or recipes")
BOOT_COUNTER = Tag("BootCounter", IR(41), Wire.U16, STATUS, node="Status.BootCounter", help="Power-ups")
LAST_CYCLE_TIME = Tag("LastCycleTime", IR(42), Wire.U32, STATUS, node="Status.LastCycleTime", unit="us", help="Trigger to result of the last part")
FAILED_INSPECTIONS = Tag("FailedInspections", IR(44), Wire.U32, STATUS, node="Counters.Error", help="Results that are ERROR")
QUEUE_OVERRUN_COUNT = Tag("QueueOverrunCount", IR(46), Wire.U32, STATUS, node="Counters.Overruns", help="Results that the queue dropped")
CAMERA_TIME = Tag("CameraTime", IR(48), Wire.U64, STATUS, unit="us", help="The station's UTC time")
CONTROLLING_CLIENT = Tag("ControllingClient", IR(52), Wire.U16, STATUS, help="1 = this connection may write")
UTC_MILLISECONDS = Tag("UtcSecondsFraction", IR(53), Wire.U16, STATUS, unit="ms", help="Milliseconds of the second in UtcSeconds")
UTC_SECONDS = Tag("UtcSeconds", IR(54), Wire.U32, STATUS, unit="s", help="UNIX time")
VERIFICATION_STATE = Tag("VerificationState", IR(56), Wire.U16, STATUS, node="Status.VerificationState", help="0 not required, 1 due, 2 running, 3 passed, 4 failed")
RESULT_TIME_LIMIT = Tag("ResultTimeLimit", IR(57), Wire.U16, STATUS, node="Status.ResultTimeLimit", unit="ms", help="Every accepted trigger has its result within this time")

# Current result (input registers 100-368); the same words head each ring slot

RESULT_SEQ = Tag("ResultSeq", IR(100), Wire.U16, STATUS, help="1-65520, then 1 again", copies=(IR(127), IR(331), IR(368), IR(910), IR(931),))
RESULT_TRIGGER_SEQ = Tag("ResultTriggerSeq", IR(101), Wire.U16, STATUS, help="TriggerSeq of the part, 0 if triggered by other means", copies=(IR(911),))
RESULT_FLAGS = Tag("ResultFlags", IR(102), Wire.U16, STATUS, help="0 a result stands here, 1 pass, 2 fail, 3 error, 4 partial, 5 simulated, 6 results lost before this one, 7 timed out, 8-11 trigger source, 12 not stored, 13 a user-defined value did not fit", copies=(IR(912),))
RESULT_JOB = Tag("ResultJobNumber", IR(103), Wire.U16, STATUS, help="The job that judged", copies=(IR(913),))
INSPECTION_ID = Tag("InspectionId", IR(104), Wire.U32, STATUS, help="Monotonic over restarts")
RESULT_USER_TAG = Tag("ResultUserTag", IR(106), Wire.U32, STATUS, help="UserTag echoed")
ACQUISITION_TIME = Tag("AcquisitionTime", IR(108), Wire.U64, STATUS, unit="us", help="UTC of the exposure")
TRIGGER_TO_RESULT = Tag("TriggerToResult", IR(112), Wire.U32, STATUS, unit="us", help="From acceptance to the result")
ACQUISITION_DURATION = Tag("AcquisitionDuration", IR(114), Wire.U32, STATUS, unit="us", help="Of it acquisition")
PROCESSING_DURATION = Tag("ProcessingDuration", IR(116), Wire.U32, STATUS, unit="us", help="Of it tools")
WAITING_DURATION = Tag("WaitingDuration", IR(118), Wire.U32, STATUS, unit="us", help="Of it waiting for the vision thread")
TOOL_PASS_BITS = Tag("ToolPassBits", IR(120), Wire.U32, STATUS, help="Bit i = the tool of slot i passed")
TOOL_EXECUTED_BITS = Tag("ToolExecutedBits", IR(122), Wire.U32, STATUS, help="Bit i = the tool of slot i ran")
TOOL_COUNT = Tag("ToolCount", IR(124), Wire.U16, STATUS, help="Steps of the recipe")
VALUE_COUNT = Tag("ValueCount", IR(125), Wire.U16, STATUS, help="Slots with a value")
RESULT_ERROR_CODE = Tag("ResultErrorCode", IR(126), Wire.U16, STATUS, help="Alarm number behind an ERROR, 0 = none", copies=(IR(930),))
RESULT_VALUES = Tag("ResultValues", IR(128), Wire.array(Wire.F32, SLOTS), STATUS, help="Main value by slot; NaN = not measured")
TOOL_STATUS = Tag("ToolStatus", IR(192), Wire.array(Wire.U16, SLOTS), STATUS, help="By slot: 0 not run, 1 pass, 2 fail, 3 error, 4 not found, 5 out of range low, 6 high")
TOOL_INT16 = Tag("ToolInt16", IR(224), Wire.array(Wire.I16, SLOTS), STATUS, help="By slot: a count, else score x 1000")
DECODED_LENGTH = Tag("DecodedLength", IR(256), Wire.U16, STATUS, help="Bytes of Decoded, 0-128")
DECODED_FLAGS = Tag("DecodedFlags", IR(257), Wire.U16, STATUS, help="Bit 0 truncated, bit 1 nothing read")
DECODED = Tag("Decoded", IR(258), Wire.text(64), STATUS, help="The string of the lowest slot that gives one")
REJECT_CLASS = Tag("RejectClass", IR(330), Wire.U16, STATUS, help="0 pass, 1-N class of the first failing tool, 65535 error or none", copies=(IR(914),))
RESULT_PART_ID_LENGTH = Tag("ResultPartIdLength", IR(332), Wire.U16, STATUS, help="Bytes of ResultPartId, 0-64")
RESULT_PART_ID = Tag("ResultPartId", IR(333), Wire.text(32), STATUS, help="Part id of the trigger")
RECIPE_VERSION = Tag("RecipeVersion", IR(365), Wire.U16, STATUS, help="Recipe version that judged")
RESULT_ENCODER = Tag("ResultEncoderPosition", IR(366), Wire.I32, STATUS, help="EncoderPosition at acceptance")
COMPACT_PASS_BITS = Tag("CompactPassBits", IR(915), Wire.U16, STATUS, help="Tool pass bits of slots 0-15")
COMPACT_VALUES = Tag("CompactValues", IR(916), Wire.array(Wire.F32, 7), STATUS, help="The first seven values")

# OPC UA only: names, texts, and the newest result of any source as a row of its own

ERROR_TEXT = Tag("ErrorText", None, Wire.text(0), STATUS, node="Status.ErrorText", help="The most urgent alarm in words")
STATE_TEXT = Tag("StateText", None, Wire.text(0), STATUS, node="Status.StateText", help="State in words")
JOB_NAME = Tag("JobName", None, Wire.text(0), STATUS, node="Job.Name", help="Name of the active recipe")
JOB_NUMBERS = Tag("JobNumbers", None, Wire.array(Wire.U16, 0), STATUS, node="Job.Numbers", help="Job numbers that can be loaded")
JOB_NAMES = Tag("JobNames", None, Wire.array(Wire.text(0), 0), STATUS, node="Job.Names", help="Their names, in the same order")
YIELD = Tag("Yield", None, Wire.F64, STATUS, node="Counters.Yield", unit="%", help="PASS of all results since the last reset")
UA_RESULT_SEQ_BEGIN = Tag("ResultSeqBegin", None, Wire.U16, STATUS, node="Result.SeqBegin", help="Written first: a set is whole where it equals Result.Seq")
UA_RESULT_PASS = Tag("ResultPass", None, Wire.BOOL, STATUS, node="Result.Pass", help="The part is PASS")
UA_RESULT_CODE = Tag("ResultCode", None, Wire.U16, STATUS, node="Result.Code", help="1 PASS, 2 FAIL, 3 ERROR")
UA_RESULT_JUDGEMENT = Tag("ResultJudgement", None, Wire.text(0), STATUS, node="Result.Judgement", help="PASS, FAIL or ERROR")
UA_RESULT_REASON = Tag("ResultReason", None, Wire.text(0), STATUS, node="Result.Reason", help="Why it is not PASS, in words")
UA_RESULT_INSPECTION_ID = Tag("ResultInspectionId", None, Wire.U32, STATUS, node="Result.InspectionId", help="Monotonic over restarts")
UA_RESULT_TRIGGER_SEQ = Tag("ResultTriggerSeqUa", None, Wire.U16, STATUS, node="Result.TriggerSeq", help="TriggerSeq of a Modbus trigger, else 0")
UA_RESULT_CMD_TRIGGER = Tag("ResultCmdTrigger", None, Wire.U32, STATUS, node="Result.CmdTrigger", help="Cmd.Trigger of an OPC UA trigger, else 0")
UA_RESULT_SOURCE = Tag("ResultSource", None, Wire.U16, STATUS, node="Result.Source", help="0 Modbus, 1 OPC UA, 2 web, 3 hardware, 4 timer, 5 text lines")
UA_RESULT_JOB = Tag("ResultJob", None, Wire.U16, STATUS, node="Result.Job", help="The job that judged")
UA_RESULT_RECIPE_VERSION = Tag("ResultRecipeVersion", None, Wire.U16, STATUS, node="Result.RecipeVersion", help="Recipe version that judged")
UA_RESULT_PART_ID = Tag("ResultPartIdUa", None, Wire.text(0), STATUS, node="Result.PartId", help="Part id of the trigger")
UA_RESULT_REJECT_CLASS = Tag("ResultRejectClass", None, Wire.U16, STATUS, node="Result.RejectClass", help="0 pass, 1-N, 65535 error")
UA_RESULT_DECODED = Tag("ResultDecoded", None, Wire.text(0), STATUS, node="Result.Decoded", help="The string of the lowest slot that gives one")
UA_RESULT_TIME = Tag("ResultTime", None, Wire.TIME, STATUS, node="Result.Time", help="UTC of the exposure")
UA_RESULT_CYCLE_TIME = Tag("ResultCycleTime", None, Wire.F64, STATUS, node="Result.CycleTimeMs", unit="ms", help="Trigger to result")
UA_RESULT_STORED = Tag("ResultStored", None, Wire.BOOL, STATUS, node="Result.Stored", help="The result stands in the database")
UA_LAST_SEQS = Tag("ResultLast16Seq", None, Wire.array(Wire.U16, 0), STATUS, node="Result.Last16Seq", help="ResultSeq of the last 16 results, newest last: for clients that sample slowly")
UA_LAST_CODES = Tag("ResultLast16Code", None, Wire.array(Wire.U16, 0), STATUS, node="Result.Last16Code", help="Their codes in the same order")
UA_RESULT_JSON = Tag("ResultJson", None, Wire.text(0), STATUS, node="Result.Json", help="The whole result as JSON")
UA_RESULT_SEQ = Tag("ResultSeqUa", None, Wire.U16, STATUS, node="Result.Seq", help="Written last")
CMD_TRIGGER = Tag("CmdTrigger", None, Wire.U32, COMMAND, node="Cmd.Trigger", help="A new value triggers; the value at start is the baseline")
CMD_JOB_SELECT = Tag("CmdJobSelect", None, Wire.U16, COMMAND, node="Cmd.JobSelect", help="A write loads this job")
CMD_RESET_COUNTERS = Tag("CmdResetCounters", None, Wire.BOOL, COMMAND, node="Cmd.ResetCounters", help="Writing true resets the counters")
CMD_PART_ID = Tag("CmdPartId", None, Wire.text(0), COMMAND, node="Cmd.PartId", help="Part id of the next OPC UA trigger, up to 64 bytes")
CMD_TRIGGER_ACK = Tag("CmdTriggerAck", None, Wire.U32, STATUS, node="Cmd.TriggerAck", help="The last accepted Cmd.Trigger")
CMD_TRIGGER_REJECTED = Tag("CmdTriggerRejected", None, Wire.U32, STATUS, node="Cmd.TriggerRejected", help="The last rejected Cmd.Trigger")
CMD_TRIGGER_REJECT_CODE = Tag("CmdTriggerRejectCode", None, Wire.U16, STATUS, node="Cmd.TriggerRejectCode", help="As TriggerRejectCode")


SLOT_VALUE = tuple(Tag(f"Slot{i:02}Value", None, Wire.F64, STATUS, node=f"Slot.{i:02}.Value", help="Main value; NaN = not measured") for i in range(SLOTS))
SLOT_PASS = tuple(Tag(f"Slot{i:02}Pass", None, Wire.BOOL, STATUS, node=f"Slot.{i:02}.Pass", help="The tool passed") for i in range(SLOTS))
SLOT_STATUS = tuple(Tag(f"Slot{i:02}Status", None, Wire.U16, STATUS, node=f"Slot.{i:02}.Status", help="As ToolStatus") for i in range(SLOTS))
SLOT_NAME = tuple(Tag(f"Slot{i:02}Name", None, Wire.text(0), STATUS, node=f"Slot.{i:02}.Name", help="Name of the step") for i in range(SLOTS))

ALL: tuple[Tag[Any], ...] = tuple(
    tag
    for value in list(vars().values())
    for tag in (value if isinstance(value, tuple) else (value,))
    if isinstance(tag, Tag)
)
"""Every row, in the order of this file."""

if len({tag.name for tag in ALL}) != len(ALL):
    raise AssertionError("two tags have one name")
