/*
 * A PLC program on libmodbus. argv[1] is the port of a station on 127.0.0.1, the rest are job numbers: each is loaded,
 * then one part is triggered, and its slot of the result ring is printed as 64 words.
 */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STATUS = 0, RESULT = 100, RING = 2000, SLOT = 64, TRIGGER_READY = 1, ONLINE = 1 << 7, RESULTS_VALID = 1 << 11, TRIES = 5000 };

static modbus_t *station;
static uint16_t status[16];

static void stop(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, modbus_strerror(errno));
    exit(1);
}

static void read_words(int address, int count, uint16_t *words)
{
    if (modbus_read_input_registers(station, address, count, words) != count)
        stop("read");
}

static void wait_online(void)
{
    for (int i = 0; i < TRIES; i++, usleep(2000)) {
        read_words(STATUS, 16, status);
        if (status[0] & ONLINE)
            return;
    }
    fprintf(stderr, "the station is offline, reason %d\n", status[0] >> 4 & 7);
    exit(1);
}

static void load(int job, uint16_t sequence)
{
    const uint16_t command[] = {1 /* TriggerEnable */, 1 /* load job */, (uint16_t)job, sequence};

    if (modbus_write_registers(station, 0, 4, command) != 4)
        stop("load");
    for (int i = 0; i < TRIES; i++, usleep(2000)) {
        read_words(STATUS, 16, status);
        if (status[7] == sequence && status[8] == 3) {
            fprintf(stderr, "job %d: command error %d\n", job, status[9]);
            exit(1);
        }
        if (status[7] == sequence && status[8] == 2 && status[10] == job && status[0] & TRIGGER_READY)
            return;
    }
    fprintf(stderr, "job %d was not loaded\n", job);
    exit(1);
}

static void inspect(uint16_t sequence)
{
    uint16_t result[2], slot[SLOT];

    if (modbus_write_register(station, 4, sequence) != 1)
        stop("trigger");
    for (int i = 0; i < TRIES; i++, usleep(2000)) {
        read_words(STATUS, 16, status);
        read_words(RESULT, 2, result);
        if (!(status[0] & RESULTS_VALID) || result[1] != sequence)
            continue;
        read_words(RING + SLOT * (result[0] % 16), SLOT, slot);
        for (int word = 0; word < SLOT; word++)
            printf("%04x%c", slot[word], word == SLOT - 1 ? '\n' : ' ');
        return;
    }
    fprintf(stderr, "trigger %d has no result\n", sequence);
    exit(1);
}

int main(int argc, char **argv)
{
    const uint16_t new_client[] = {0 /* CommandSeq */, 0 /* TriggerSeq */};

    station = modbus_new_tcp("127.0.0.1", argc > 1 ? atoi(argv[1]) : 5020);
    modbus_set_response_timeout(station, 10, 0); /* what is tested is what it says, on a machine that may be busy */
    if (modbus_connect(station) < 0)
        stop("connect");
    wait_online();
    if (modbus_write_registers(station, 3, 2, new_client) != 2)
        stop("begin");
    for (int i = 2; i < argc; i++) {
        load(atoi(argv[i]), (uint16_t)(i - 1));
        inspect((uint16_t)(i - 1));
    }
    modbus_close(station);
    modbus_free(station);
    return 0;
}
