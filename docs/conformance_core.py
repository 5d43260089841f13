"""The units of OPC UA itself: the profile Embedded 2017 with all that it is made of.

Names and what is mandatory: OPC 10000-7 1.04, by table. Nano Embedded 2017 (table 87) is taken to have the units of its
forerunner (table 86), with the Core 2017 facet in place of the Core facet.
"""

from docs.conformance import OPCUA, SERVICE, Profile, no, partly, yes

_URI, _PART7 = "http://opcfoundation.org/UA-Profile/", "OPC 10000-7, table"
_SERVICES, _ITEMS = f"{OPCUA}/test_services.py", f"{OPCUA}/test_monitoring.py"
_FLAT, _SECURITY, _LIMITS = f"{OPCUA}/test_opcua.py", f"{OPCUA}/test_security.py", f"{OPCUA}/test_limits.py"
_CAPABILITIES = f"{OPCUA}/test_capabilities.py"
_POLICIES = f"{_SECURITY}::test_each_policy_lets_a_trusted_client_write"
_WRONG_TOKEN = f"{_FLAT}::test_who_is_not_the_station_user_stays_out"
_ANONYMOUS = f"{_FLAT}::test_anonymous_reads_and_writes_nothing"
_CALLS = f"{SERVICE}/test_machine_vision.py::test_a_job_is_started_with_structures_and_its_result_fetched"
_TYPES = "tests/interop/test_node_opcua.py::test_the_type_and_its_instance_are_browsed_two_references_at_a_time"
_WHOLE = f"{_SERVICES}::test_a_variable_is_read_and_written_in_one_piece_and_says_so"
_NOTHING_SUCH = "no variable is of this type"

CORE = Profile(
    "Core 2017 Server Facet",
    f"{_URI}Server/Core2017Facet",
    f"{_PART7} 25",
    (
        yes("Address Space Atomicity", _WHOLE),
        yes("Address Space Base", f"{_FLAT}::test_every_row_with_a_node_is_there_with_type_description_and_value"),
        yes("Address Space Full Array Only", _WHOLE),
        yes(
            "Attribute Read",
            f"{_SERVICES}::test_a_range_of_an_array_or_a_text_is_read",
            f"{_SERVICES}::test_a_reader_gets_the_time_stamps_it_asks_for_and_a_wrong_question_is_told",
        ),
        no("Attribute Write Index", "no array can be written", optional=True),
        yes(
            "Attribute Write Values",
            f"{_FLAT}::test_the_user_station_triggers_over_an_encrypted_channel",
            f"{_FLAT}::test_a_bad_write_is_refused_with_its_reason",
            optional=True,
        ),
        yes("Base Info Core Structure", f"{_CAPABILITIES}::test_no_capability_is_null"),
        no("Base Info Estimated Return Time", "a stop is not announced", optional=True),
        no("Base Info OptionSet", _NOTHING_SUCH, optional=True),
        partly("Base Info Placeholder Modelling Rules", "on the types of the nodesets; untested", optional=True),
        no("Base Info Selection List", _NOTHING_SUCH, optional=True),
        yes("Base Info Server Capabilities", f"{_CAPABILITIES}::test_no_capability_is_null", optional=True),
        no("Base Info ValueAsText", "no variable has an enumeration as its type", optional=True),
        yes(
            "Discovery Find Servers Self",
            f"{_SERVICES}::test_the_server_is_found_with_its_endpoints_of_the_wanted_transport",
        ),
        yes(
            "Discovery Get Endpoints",
            f"{_SERVICES}::test_the_server_is_found_with_its_endpoints_of_the_wanted_transport",
            f"{_FLAT}::test_without_anonymous_and_policy_none_only_the_user_comes_in",
        ),
        partly(
            "Security Administration",
            "settings choose anonymous users, policy None and the trust list, but not the encrypted policies",
            f"{_FLAT}::test_without_anonymous_and_policy_none_only_the_user_comes_in",
            optional=True,
        ),
        no(
            "Security Role Server Authorization",
            "roles are the station's own and not in the address space",
            optional=True,
        ),
        yes(
            "Session Base",
            f"{_SERVICES}::test_a_session_is_of_use_once_it_is_activated",
            f"{OPCUA}/test_reconnecting.py::test_a_session_goes_on_over_another_connection_with_what_it_missed",
            f"{OPCUA}/test_reconnecting.py::test_a_session_goes_on_for_nobody_else",
        ),
        yes(
            "Session General Service Behaviour",
            f"{_SERVICES}::test_a_request_names_its_own_session",
            f"{_SERVICES}::test_a_session_is_of_use_once_it_is_activated",
            f"{_SERVICES}::test_bytes_that_are_no_request_are_told_as_such_and_the_session_goes_on",
        ),
        yes("Session Minimum 1", f"{_SERVICES}::test_a_session_is_of_use_once_it_is_activated"),
        yes(
            "View Basic",
            f"{_SERVICES}::test_a_wrong_browse_is_told",
            f"{_SERVICES}::test_only_the_fields_that_are_wanted_are_browsed_and_there_are_no_views",
            f"{_CAPABILITIES}::test_a_folder_is_browsed_in_pages",
        ),
        yes(
            "View Minimum Continuation Point 01",
            f"{_CAPABILITIES}::test_a_session_holds_ten_pages_and_another_cannot_have_them",
        ),
        yes("View RegisterNodes", f"{_SERVICES}::test_nodes_are_registered_as_many_as_a_call_may_name"),
        yes("View TranslateBrowsePath", f"{_SERVICES}::test_one_wrong_path_does_not_spoil_the_others"),
    ),
    ("SecurityPolicy – None", "User Token – User Name Password Server Facet"),
)
POLICY_NONE = Profile(
    "SecurityPolicy – None",
    "http://opcfoundation.org/UA/SecurityPolicy#None",
    f"{_PART7} 183",
    (
        yes("Security None CreateSession ActivateSession", _ANONYMOUS),
        no("Security None CreateSession ActivateSession 1.0", "of before 1.01", optional=True),
        yes("SecurityPolicy_None_Limits", _ANONYMOUS),
        *(
            yes(f"{name}_None", _ANONYMOUS)
            for name in (
                *("AsymmetricEncryptionAlgorithm", "AsymmetricSignatureAlgorithm", "KeyDerivationAlgorithm"),
                *("SymmetricEncryptionAlgorithm", "SymmetricSignatureAlgorithm"),
            )
        ),
    ),
)
PASSWORD = Profile(
    "User Token – User Name Password Server Facet",
    f"{_URI}Security/UserToken/Server/UserNamePassword",
    f"{_PART7} 188",
    (
        yes("Security Invalid user token", _WRONG_TOKEN),
        yes(
            "Security User Name Password",
            f"{_SECURITY}::test_a_user_may_what_the_role_may_and_a_change_counts_at_once",
            f"{_SECURITY}::test_wrong_passwords_and_the_librarys_administrator_stay_out",
        ),
    ),
)
TRANSPORT = Profile(
    "UA-TCP UA-SC UA-Binary",
    f"{_URI}Transport/uatcp-uasc-uabinary",
    f"{_PART7} 165",
    (
        yes("Protocol UA TCP", f"{_LIMITS}::test_a_chunk_that_comes_byte_by_byte_is_taken"),
        yes("UA Binary Encoding", _CALLS, "tests/interop/test_dissectors.py::test_no_dissector_finds_fault_with_opcua"),
        yes("UA Secure Conversation", _POLICIES),
    ),
)
NANO = Profile(
    "Nano Embedded Device 2017 Server Profile",
    f"{_URI}Server/NanoEmbeddedDevice2017",
    f"{_PART7} 87",
    (
        yes("Base Info Custom Type System", _TYPES, optional=True),
        yes(
            "Base Info Diagnostics",
            f"{_CAPABILITIES}::test_sessions_and_subscriptions_are_counted_as_they_come_and_go",
            f"{_CAPABILITIES}::test_what_is_refused_is_counted",
            optional=True,
        ),
    ),
    ("Core 2017 Server Facet", "UA-TCP UA-SC UA-Binary"),
)
EMBEDDED_CHANGES = Profile(
    "Embedded DataChange Subscription Server Facet",
    f"{_URI}Server/EmbeddedDataChangeSubscription",
    f"{_PART7} 37",
    (
        yes("Monitor Basic", f"{_ITEMS}::test_an_item_is_changed_switched_off_and_deleted"),
        yes("Monitor Items 2", f"{_LIMITS}::test_50_subscriptions_and_1000_items_a_session_which_end_with_it"),
        yes("Monitor QueueSize_1", f"{_ITEMS}::test_a_queue_keeps_what_the_client_wants_to_keep"),
        yes("Monitor Value Change", f"{_ITEMS}::test_what_is_sampled_waits_until_it_is_reported"),
        yes(
            "Subscription Basic",
            f"{_SERVICES}::test_a_modified_subscription_publishes_at_its_new_interval",
            f"{_SERVICES}::test_a_session_does_not_touch_the_subscriptions_of_another",
            f"{OPCUA}/test_republish.py::test_a_message_that_is_not_there_is_an_error",
        ),
        yes("Subscription Minimum 1", f"{OPCUA}/test_publishing.py::test_ten_subscriptions_get_their_changes"),
        yes(
            "Subscription Publish Discard Policy",
            f"{_SERVICES}::test_five_publish_requests_may_wait_and_the_oldest_of_too_many_is_refused",
        ),
        yes(
            "Subscription Publish Min 02",
            f"{_SERVICES}::test_five_publish_requests_may_wait_and_the_oldest_of_too_many_is_refused",
        ),
    ),
)
MICRO = Profile(
    "Micro Embedded Device 2017 Server Profile",
    f"{_URI}Server/MicroEmbeddedDevice2017",
    f"{_PART7} 89",
    (yes("Session Minimum 2 Parallel", f"{_LIMITS}::test_loopback_may_have_more_than_16_connections"),),
    ("Nano Embedded Device 2017 Server Profile", "Embedded DataChange Subscription Server Facet"),
)
STANDARD_CHANGES = Profile(
    "Standard DataChange Subscription 2017 Server Facet",
    f"{_URI}Server/StandardDataChangeSubscription2017",
    f"{_PART7} 39",
    (
        yes("Base Info GetMonitoredItems Method", f"{_ITEMS}::test_a_client_asks_which_items_there_are"),
        yes("Base Info ResendData Method", f"{_ITEMS}::test_every_value_is_sent_again_to_who_asks"),
        yes("Method Call", _CALLS),
        yes("Monitor Items 10", f"{_LIMITS}::test_50_subscriptions_and_1000_items_a_session_which_end_with_it"),
        yes("Monitor Items 100", f"{_LIMITS}::test_50_subscriptions_and_1000_items_a_session_which_end_with_it"),
        yes("Monitor MinQueueSize_02", f"{_ITEMS}::test_a_queue_keeps_what_the_client_wants_to_keep"),
        yes("Monitor Triggering", f"{_ITEMS}::test_an_item_triggers_what_others_sampled"),
        yes(
            "Monitored Items Deadband Filter",
            f"{_ITEMS}::test_a_deadband_counts_from_the_value_that_was_reported_last",
            f"{_ITEMS}::test_a_filter_that_cannot_be_is_refused",
        ),
        yes("Subscription Minimum 02", f"{OPCUA}/test_publishing.py::test_ten_subscriptions_get_their_changes"),
        yes(
            "Subscription Publish Min 05",
            f"{_SERVICES}::test_five_publish_requests_may_wait_and_the_oldest_of_too_many_is_refused",
        ),
    ),
    ("Embedded DataChange Subscription Server Facet",),
)
EMBEDDED = Profile(
    "Embedded 2017 UA Server Profile",
    f"{_URI}Server/EmbeddedUA2017",
    f"{_PART7} 91",
    (
        yes(
            "Base Info Engineering Units",
            f"{OPCUA}/test_meanings.py::test_a_tag_with_a_unit_has_a_range",
            optional=True,
        ),
        yes("Base Info Type System", _TYPES),
        yes(
            "Security – No Application Authentication",
            f"{_FLAT}::test_the_user_station_triggers_over_an_encrypted_channel",
            optional=True,
        ),
        yes("Security Default ApplicationInstance Certificate", _POLICIES),
        yes("Security Policy Required", _POLICIES),
    ),
    ("Micro Embedded Device 2017 Server Profile", "Standard DataChange Subscription 2017 Server Facet"),
)
PROFILES = (*(EMBEDDED, MICRO, NANO, CORE, POLICY_NONE, PASSWORD, TRANSPORT, EMBEDDED_CHANGES, STANDARD_CHANGES),)
