/* Reads the text on a picture: example PACKS PICTURE. Prints JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "glimpse.h"

static int fail(const char *what) {
    fprintf(stderr, "%s: %s: %s\n", what, glimpse_error_code(), glimpse_error_message());
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;

    FILE *file = fopen(argv[2], "rb");
    if (!file) return 2;
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    uint8_t *bytes = malloc((size_t)length + 1);
    if (!bytes || fread(bytes, 1, (size_t)length, file) != (size_t)length) return 2;
    fclose(file);

    Glimpse *glimpse = glimpse_open(argv[1], 0);
    if (!glimpse) return fail("open");
    GlimpseImage image = {.bytes = bytes, .length = (size_t)length, .format = GLIMPSE_FORMAT_ENCODED};
    char *reading = glimpse_read(glimpse, &image, NULL);
    int status = reading ? 0 : fail("read");
    if (reading) puts(reading);

    glimpse_free(reading);
    glimpse_close(glimpse);
    free(bytes);
    return status;
}
