/* A Modbus TCP server as libmodbus' own examples write one: a select loop, one thread. Prints its port. */
#include <arpa/inet.h>
#include <modbus.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    modbus_t *modbus = modbus_new_tcp("127.0.0.1", 1502);
    modbus_mapping_t *mapping = modbus_mapping_new(0, 0, 1024, 1024);
    int listener = socket(AF_INET, SOCK_STREAM, 0), highest = listener;
    fd_set known, ready;

    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64))
        return 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    FD_ZERO(&known);
    FD_SET(listener, &known);
    for (;;) {
        ready = known;
        if (select(highest + 1, &ready, NULL, NULL, NULL) < 0)
            return 1;
        for (int fd = 0; fd <= highest; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (fd == listener) {
                int client = accept(listener, NULL, NULL);
                FD_SET(client, &known);
                highest = client > highest ? client : highest;
                continue;
            }
            modbus_set_socket(modbus, fd);
            int length = modbus_receive(modbus, query);
            if (length > 0) {
                modbus_reply(modbus, query, length, mapping);
            } else if (length < 0) {
                close(fd);
                FD_CLR(fd, &known);
            }
        }
    }
}
