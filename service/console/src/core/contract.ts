/** What the station says over REST, Socket.IO and the live stream: names for what its OpenAPI document describes. */
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Hello = Schemas["Hello"];
export type Session = Schemas["SessionState"];
export type StationState = Schemas["StationState"];
export type StepRow = Schemas["StepEvent"];
export type Judgement = StepRow["judgement"];
export type Result = Schemas["ResultEvent"];
export type ResultPage = Schemas["InspectionPage"];
export type StoredResult = Schemas["StoredInspection"];
export type StoredPage = Schemas["InspectionPage"];
export type Found = Schemas["FoundInspections"];
export type Rejects = Schemas["RejectFigures"];
export type Trend = Schemas["YieldTrend"];
export type Series = Schemas["MeasuredSeries"];
export type Counters = Schemas["Counters"];
export type Hour = Schemas["Hour"];
export type Alarm = Schemas["Alarm"];
export type Texts = Schemas["Texts"];
export type Overlay = Schemas["Overlay"];
export type Drawing = Schemas["Drawing"];
export type FrameHeader = Schemas["FrameHeader"];
export type Storage = Schemas["StorageState"];
export type KeptClass = Schemas["KeptClass"];
export type StorageLimit = Schemas["StorageLimit"];
export type Recipe = Schemas["Recipe"];
export type RecipeContent = Schemas["RecipeContent"];
export type ScopeCounts = Schemas["ScopeCounts"];
export type ViewedPart = Schemas["ViewedPart"];
export type Pin = Schemas["PinnedResult"];
export type PinPage = Schemas["PinPage"];
export type Tool = Schemas["Tool"];
export type Trial = Schemas["Trial"];
export type TrialStep = Schemas["TrialStep"];
export type Product = Schemas["Product"];
export type Draft = Schemas["Draft"];
export type LentImage = Schemas["LentImage"];
export type References = Schemas["References"];
export type TeachingImages = Schemas["TeachingImages"];
export type Wave = Schemas["HandshakeWave"];
export type PlcDiagnosis = Schemas["PlcDiagnosis"];
export type Exchange = Schemas["ModbusExchange"];
export type Trace = Schemas["ModbusTrace"];
export type Certificate = Schemas["OpcUaCertificate"];
export type OpcUaServing = Schemas["OpcUaServerState"];
export type Tag = Schemas["TagValue"];
export type TagState = Schemas["TagState"];
export type Forcing = Schemas["Forcing"];
export type ForcePoint = Schemas["ForcePoint"];
export type Forced = Schemas["Forced"];
export type TagStates = Schemas["TagStates"];
export type ModbusClient = Schemas["ModbusClient"];
export type ModbusServing = Schemas["ModbusServing"];
export type ModbusWriter = Schemas["ModbusWriter"];
export type OpcUaClient = Schemas["OpcUaClient"];
export type CameraSetup = Schemas["CameraSetup"];
export type CameraPreview = Schemas["CameraPreview"];
export type SignedIn = Schemas["SignedIn"];
export type SettingsShown = Schemas["SettingsShown"];
export type SettingsSection = Schemas["SettingsSection"];
export type ReloadState = Schemas["ReloadState"];
export type Backups = Schemas["Backups"];
export type Incoming = Schemas["Incoming"];
export type IncomingArchive = Schemas["IncomingArchive"];
export type About = Schemas["About"];
export type Package = Schemas["Package"];
export type Network = Schemas["Network"];
export type NetworkInterface = Schemas["NetworkInterface"];
export type Endpoint = Schemas["Endpoint"];
export type HttpsCertificate = Schemas["HttpsCertificate"];
export type ViewToken = Schemas["ViewToken"];
export type NewViewToken = Schemas["NewViewToken"];
export type User = Schemas["User"];
export type PastAlarm = Schemas["PastAlarm"];
export type PastAlarmPage = Schemas["PastAlarmPage"];
export type LogLine = Schemas["LogLine"];
export type LogLines = Schemas["LogLines"];
export type LogState = Schemas["LogState"];
export type JournalLine = Schemas["StationEvent"];
export type JournalPage = Schemas["EventPage"];
export type ImageSource = Schemas["ImageSource"];
export type Calibration = Schemas["Calibration"];
export type Calibrated = Schemas["Calibrated"];
export type CameraChecked = Schemas["CameraChecked"];
export type Evaluation = Schemas["Evaluation"];
export type EvaluationResult = Schemas["EvaluationResult"];
export type EvaluatedImage = Schemas["EvaluatedImage"];
export type EvaluatedStep = Schemas["EvaluatedStep"];
export type Share = Schemas["Share"];
export type MeasuredImage = Schemas["MeasuredImage"];
export type MeasuredImages = Schemas["MeasuredImages"];
export type Relearned = Schemas["Relearned"];
export type ReferencesJudged = Schemas["ReferencesJudged"];
export type RecipeVersion = Schemas["RecipeVersion"];

/** A step's status, as the PLC reads it. */
export const Status = {
  NOT_RUN: 0,
  PASS: 1,
  FAIL: 2,
  ERROR: 3,
  NOT_FOUND: 4,
  TOO_LOW: 5,
  TOO_HIGH: 6,
} as const;
