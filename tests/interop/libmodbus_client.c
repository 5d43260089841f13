/* Every function that libmodbus has, against one station on 127.0.0.1; argv[1] is the port. */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>

static void want(int done, int expected, const char *what)
{
    if (done != expected) {
        fprintf(stderr, "%s: %s\n", what, modbus_strerror(errno));
        exit(1);
    }
}

static void show_bits(const char *what, const uint8_t *bits, int count)
{
    printf("%s:", what);
    for (int i = 0; i < count; i++)
        printf(" %d", bits[i]);
    printf("\n");
}

static void show_words(const char *what, const uint16_t *words, int count)
{
    printf("%s:", what);
    for (int i = 0; i < count; i++)
        printf(" %04x", words[i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    uint8_t bits[16], id[64];
    uint16_t words[125];
    const uint8_t on_off_on[] = {1, 0, 1};
    const uint16_t one_two_three[] = {1, 2, 3}, trigger[] = {41};
    modbus_t *station = modbus_new_tcp("127.0.0.1", argc > 1 ? atoi(argv[1]) : 5020);

    want(modbus_connect(station), 0, "connect");
    want(modbus_read_input_bits(station, 7, 5, bits), 5, "function 2");
    show_bits("discrete inputs 7-11", bits, 5);
    want(modbus_write_bit(station, 0, 1), 1, "function 5");
    want(modbus_write_bits(station, 1, 3, on_off_on), 3, "function 15");
    want(modbus_read_bits(station, 0, 4, bits), 4, "function 1");
    show_bits("coils 0-3", bits, 4);
    want(modbus_read_input_registers(station, 28, 4, words), 4, "function 4");
    show_words("input 28-31", words, 4);
    want(modbus_read_registers(station, 1028, 2, words), 2, "function 3");
    show_words("mirror 1028-1029", words, 2);
    want(modbus_read_input_registers(station, 30, 2, words), 2, "function 4");
    printf("float: %.7f\n", modbus_get_float_abcd(words));
    want(modbus_write_registers(station, 12, 3, one_two_three), 3, "function 16");
    want(modbus_mask_write_register(station, 13, 0xFF00, 0x0042), 1, "function 22");
    want(modbus_read_registers(station, 12, 3, words), 3, "function 3");
    show_words("holding 12-14", words, 3);
    want(modbus_write_register(station, 6, 1), 1, "function 6");
    want(modbus_write_and_read_registers(station, 4, 1, trigger, 1004, 1, words), 1, "function 23");
    show_words("written and read", words, 1);
    want(modbus_report_slave_id(station, sizeof id, id), 18, "function 17");
    printf("server id: %.17s\n", id);
    if (modbus_read_input_registers(station, 64, 1, words) < 0)
        printf("input 64: %s\n", modbus_strerror(errno));
    if (modbus_write_register(station, 7, 1) < 0)
        printf("holding 7: %s\n", modbus_strerror(errno));
    modbus_close(station);
    modbus_free(station);
    return 0;
}
