"""The one table of metrics: code, docs/monitoring.md, alert rules and dashboard go by it.

Names follow Prometheus' rules: one prefix, base units at the end, `_total` for what only rises. A row is added, never
changed: dashboards of plants go by it.
"""

from .metric import Kind, Metric

_MS = 0.001
_WAY = tuple(ms * _MS for ms in (2, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000))
_STAGE = tuple(ms * _MS for ms in (0.5, 1, 2, 5, 10, 20, 30, 50, 75, 100, 200, 500, 1000, 5000))
_SHORT = tuple(ms * _MS for ms in (0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 20, 50, 100, 500))
_TOOL = tuple(ms * _MS for ms in (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000))
_COUNTER, _GAUGE, _HISTOGRAM = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

# parts and triggers
INSPECTIONS = Metric(
    "vision_inspections_total",
    _COUNTER,
    "Parts judged, by recipe and judgement (PASS, FAIL, ERROR); simulated judgements are not among them.",
    ("job", "recipe", "judgement"),
)
SIMULATED = Metric("vision_simulated_inspections_total", _COUNTER, "Parts whose judgement was prescribed.")
REJECTED_PARTS = Metric(
    "vision_rejected_parts_total",
    _COUNTER,
    "Parts judged FAIL, by recipe and reject class.",
    ("job", "recipe", "reject_class"),
)
NOT_STORED = Metric("vision_results_not_stored_total", _COUNTER, "Results offered before they could be stored.")
REJECTED_TRIGGERS = Metric(
    "vision_rejected_triggers_total",
    _COUNTER,
    "Triggers not taken, by who triggered and why (the names of TriggerRejectCode).",
    ("source", "reason"),
)
OPEN_TRIGGERS = Metric("vision_open_triggers", _GAUGE, "Triggers accepted, or being accepted, without a result.")

# the way of a part
TRIGGER_TO_RESULT = Metric(
    "vision_trigger_to_result_seconds", _HISTOGRAM, "From the trigger's turn to ResultsValid.", bounds=_WAY
)
ACCEPTANCE_COMMIT = Metric(
    "vision_acceptance_commit_seconds",
    _HISTOGRAM,
    "From the trigger's turn to its committed acceptance.",
    bounds=_STAGE,
)
ACQUISITION = Metric("vision_acquisition_seconds", _HISTOGRAM, "Taking the frames of a part.", bounds=_STAGE)
WAITING = Metric(
    "vision_inspection_wait_seconds",
    _HISTOGRAM,
    "Waiting for the part before to leave the vision thread.",
    bounds=_STAGE,
)
PROCESSING = Metric(
    "vision_processing_seconds", _HISTOGRAM, "The recipe's steps on the frames of a part.", bounds=_STAGE
)
RESULT_COMMIT = Metric("vision_result_commit_seconds", _HISTOGRAM, "Committing a result.", bounds=_STAGE)
OVERHEAD = Metric(
    "vision_overhead_seconds",
    _HISTOGRAM,
    "Trigger to result without acquisition, steps, commits and the part before.",
    bounds=_SHORT,
)
TOOL = Metric(
    "vision_tool_seconds",
    _HISTOGRAM,
    "One step of a recipe, by its tool; each place of a repeated step.",
    ("tool",),
    _TOOL,
)

# the event loop
LOOP_LAG = Metric(
    "vision_loop_lag_seconds", _HISTOGRAM, "How late the event loop came back to a timer of 20 ms.", bounds=_SHORT
)
GC_PAUSE = Metric(
    "vision_gc_pause_seconds",
    _HISTOGRAM,
    "Collections of garbage, which stop every thread, by generation.",
    ("generation",),
    _SHORT,
)
SCRAPE = Metric("vision_scrape_loop_seconds", _GAUGE, "For how long this scrape has held the event loop.")

# what waits, who is connected
QUEUE = Metric(
    "vision_queue_depth",
    _GAUGE,
    "What waits: parts to acquire, inspect and tell; results in the PLC's queue; rows to store; images to archive; "
    "live frames to encode; lines for the log.",
    ("queue",),
)
HUNG_THREADS = Metric("vision_hung_threads", _GAUGE, "Threads that hang in a driver or a tool.", ("thread",))
CLIENTS = Metric(
    "vision_client_connections",
    _GAUGE,
    "Open connections: modbus, opcua, ascii, socketio, live (video).",
    ("protocol",),
)
ENCODED = Metric(
    "vision_live_frames_encoded_total",
    _COUNTER,
    "Pictures encoded for who watches, once for all of one width; it stands still while nobody does.",
)
REFUSED_MODBUS = Metric(
    "vision_modbus_refused_connections_total", _COUNTER, "Modbus connections reset because of the limits."
)

# the station
STATION = Metric("vision_station_info", _GAUGE, "Always 1; name and version of the station.", ("station", "version"))
STATE = Metric(
    "vision_station_state", _GAUGE, "1 for the state of OPC 40100-1 that holds, 0 for the others.", ("state",)
)
ONLINE = Metric("vision_online", _GAUGE, "1 while nothing keeps the station from inspecting.")
TRIGGER_READY = Metric("vision_trigger_ready", _GAUGE, "1 while a trigger of the PLC would be taken.")
RECIPE = Metric("vision_active_recipe_info", _GAUGE, "1 for the recipe that judges.", ("job", "recipe", "version"))
READY = Metric(
    "vision_ready", _GAUGE, "1 where a part of the station is ready, as /readyz has it; user checks too.", ("part",)
)
ALARMS = Metric("vision_alarms_active", _GAUGE, "How many alarms are active.", ("severity",))
ALARM = Metric("vision_alarm_active", _GAUGE, "1 for each alarm that is active.", ("number", "name", "severity"))
CLOCK = Metric("vision_clock_synchronised", _GAUGE, "1 while the machine's clock follows a time server.")
CHECK = Metric("vision_check_duration_seconds", _GAUGE, "How long a user check took last time.", ("check",))

# the camera
CAMERA = Metric("vision_camera_connected", _GAUGE, "1 while the camera is there.")
FRAME_AGE = Metric("vision_camera_frame_age_seconds", _GAUGE, "Since the last frame; absent before the first one.")
CAMERA_OPENS = Metric("vision_camera_open_attempts_total", _COUNTER, "Attempts to open the camera.")

# storage
STORE_HEALTHY = Metric("vision_store_healthy", _GAUGE, "1 while the disk takes results.")
COMMITS = Metric("vision_store_commits_total", _COUNTER, "Commits to the database.")
COMMIT_FAILURES = Metric("vision_store_commit_failures_total", _COUNTER, "Commits that failed.")
OWED = Metric("vision_store_owed_rows", _GAUGE, "Rows that wait for the disk to heal.")
DROPPED = Metric("vision_store_dropped_rows_total", _COUNTER, "Rows given up because too many were owed.")
IMAGES = Metric(
    "vision_archive_images_total",
    _COUNTER,
    "Images by what became of them: kept, lossless (copies), dropped (disk too slow), failed, no_room.",
    ("outcome",),
)
KEPT_IMAGES = Metric(
    "vision_archive_kept_images", _GAUGE, "Images kept, by class: passed, sampled, failed, pinned.", ("kept_as",)
)
KEPT_BYTES = Metric("vision_archive_kept_bytes", _GAUGE, "Bytes of these on the disk, with thumbnails.", ("kept_as",))
RESULTS = Metric("vision_stored_results", _GAUGE, "Results in the database.")
LIMIT_LEFT = Metric(
    "vision_storage_left_seconds",
    _GAUGE,
    "Until this limit makes something go that its age alone would not, as the last seven days went; +Inf = never. "
    "archive.min_free_mb is the disk.",
    ("limit",),
)
DATABASE_SIZE = Metric("vision_database_size_bytes", _GAUGE, "Size of the database and of its log.", ("file",))
DISK_FREE = Metric("vision_disk_free_bytes", _GAUGE, "Free disk under the data folder, as the station may use it.")
DISK_SIZE = Metric("vision_disk_size_bytes", _GAUGE, "Size of the disk under the data folder.")
BACKUP_AGE = Metric(
    "vision_backup_age_seconds", _GAUGE, "Since the newest backup in the folder of the settings; absent without one."
)

# the log
LOG_LINES = Metric("vision_log_lines_total", _COUNTER, "Lines of the log written, by level.", ("level",))
LOG_MISSING = Metric(
    "vision_log_missing_lines_total",
    _COUNTER,
    "Lines that are not in the log: suppressed (more than ten of a kind in a second), dropped (they came faster than "
    "they could be written), lost (the destination did not take them).",
    ("reason",),
)

# the machine
THREADS = Metric("vision_threads", _GAUGE, "Threads of the process.")
TEMPERATURE = Metric("vision_temperature_celsius", _GAUGE, "Temperatures the kernel knows of, by zone.", ("zone",))
THROTTLED = Metric(
    "vision_throttled",
    _GAUGE,
    "Raspberry Pi only: 1 while under_voltage, frequency_capped, throttled or soft_temperature_limit holds.",
    ("condition",),
)
THROTTLED_BEFORE = Metric(
    "vision_throttled_since_boot",
    _GAUGE,
    "Raspberry Pi only: 1 where it has held since the machine booted.",
    ("condition",),
)

METRICS: tuple[Metric, ...] = tuple(row for row in globals().values() if isinstance(row, Metric))
