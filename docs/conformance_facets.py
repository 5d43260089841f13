"""The units of the facets of OPC UA that are there beside the profile. Names: OPC 10000-7 1.04, by table."""

from docs.conformance import OPCUA, SERVICE, Profile, no, yes

_URI, _PART7 = "http://opcfoundation.org/UA-Profile/", "OPC 10000-7, table"
_HISTORY, _MV = f"{SERVICE}/test_history.py", f"{SERVICE}/test_machine_vision.py"
_CALLS = f"{_MV}::test_a_job_is_started_with_structures_and_its_result_fetched"
_PAGES = f"{_HISTORY}::test_a_page_leads_to_the_next_and_the_client_reads_all_of_them"
_SECURITY = f"{OPCUA}/test_security.py"
_WRONG_TOKEN = f"{OPCUA}/test_opcua.py::test_who_is_not_the_station_user_stays_out"
_EVENT_PAGES = f"{_HISTORY}::test_events_come_in_pages_and_a_filter_counts_what_it_lets_through"
_NOTHING_SUCH = "no variable is of this type"

CERTIFICATE = Profile(
    "User Token – X509 Certificate Server Facet",
    f"{_URI}Security/UserToken/Server/X509Certificate",
    f"{_PART7} 189",
    (
        yes("Security Invalid user token", _WRONG_TOKEN),
        yes(
            "Security User X509",
            f"{_SECURITY}::test_whoever_holds_the_key_of_a_users_certificate_is_the_user",
            f"{_SECURITY}::test_a_users_certificate_without_its_key_is_worth_nothing",
            f"{_SECURITY}::test_a_users_certificate_counts_within_its_dates_alone",
        ),
    ),
)
DATA_ACCESS = Profile(
    "Data Access Server Facet",
    f"{_URI}Server/DataAccess",
    f"{_PART7} 43",
    (
        yes("Data Access DataItems", f"{OPCUA}/test_meanings.py::test_a_bit_has_a_word_for_each_state"),
        yes(
            "Data Access AnalogItems",
            f"{OPCUA}/test_scales.py::test_a_client_reads_them_from_the_value_and_sees_the_next_recipes",
            optional=True,
        ),
        yes("Data Access TwoState", f"{OPCUA}/test_meanings.py::test_a_bit_has_a_word_for_each_state", optional=True),
        yes(
            "Data Access MultiState", f"{OPCUA}/test_meanings.py::test_a_code_has_a_word_for_each_number", optional=True
        ),
        no("Data Access PercentDeadband", "such a filter is refused", optional=True),
        no("Data Access Semantic Changes", "a new unit or range comes without the bit SemanticsChanged", optional=True),
        *(
            no(f"Data Access {name}", _NOTHING_SUCH, optional=True)
            for name in ("ArrayItemType", "Complex Number", "DoubleComplex Number", "MultiStateValueDiscrete")
        ),
    ),
)
METHODS = Profile(
    "Method Server Facet",
    f"{_URI}Server/Methods",
    f"{_PART7} 61",
    (
        yes(
            "Address Space Method",
            f"{_MV}::test_the_type_and_every_mandatory_method_are_browsed",
        ),
        yes("Method Call", _CALLS, f"{_MV}::test_wrong_arguments_are_told_by_their_place"),
    ),
)
RAW_HISTORY = Profile(
    "Historical Raw Data Server Facet",
    f"{_URI}Server/HistoricalRawData",
    f"{_PART7} 70",
    (
        yes("Attribute Historical Read", f"{_HISTORY}::test_a_tag_is_read_back_with_its_own_type"),
        yes("Historical Access Data Max Nodes Read Continuation Point", _PAGES),
        yes(
            "Historical Access Read Raw",
            f"{_HISTORY}::test_values_carry_the_time_of_the_exposure_also_on_whole_seconds",
            f"{OPCUA}/test_history_window.py::test_a_request_gets_these_in_pages_of_any_size",
        ),
        no("Historical Access ServerTimestamp", "results have the time of their exposure alone", optional=True),
    ),
)
EVENT_HISTORY = Profile(
    "Base Historical Event Server Facet",
    f"{_URI}Server/BaseHistoricalEvent",
    f"{_PART7} 80",
    (
        yes("Attribute Historical Read", f"{_HISTORY}::test_events_are_read_back_as_they_were_raised"),
        yes("Historical Access Event Max Events Read Continuation Point", _EVENT_PAGES),
        yes("Historical Access Events", f"{_HISTORY}::test_events_are_read_back_as_they_were_raised", _EVENT_PAGES),
    ),
)

PROFILES = (CERTIFICATE, DATA_ACCESS, METHODS, RAW_HISTORY, EVENT_HISTORY)
