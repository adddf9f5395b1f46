/* Calls each function of the C interface: check PACKS. Prints what went wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "glimpse.h"

static int failures;

static void expect(int holds, const char *what) {
    if (holds) return;
    printf("%s (%s: %s)\n", what, glimpse_error_code(), glimpse_error_message());
    failures += 1;
}

static int code_is(const char *code) { return strcmp(glimpse_error_code(), code) == 0; }

int main(int argc, char **argv) {
    if (argc != 2) return 2;

    expect(!glimpse_open("/nowhere", 1) && code_is("pack_missing"), "packs that are missing");
    expect(strlen(glimpse_error_message()) > 0, "a message");
    Glimpse *glimpse = glimpse_open(argv[1], 1);
    expect(glimpse && code_is(""), "open");

    enum { SIDE = 64, STRIDE = SIDE * 4 + 8 };
    uint8_t *pixels = malloc(SIDE * STRIDE);
    if (!pixels) return 2;
    memset(pixels, 200, SIDE * STRIDE);
    GlimpseImage image = {.bytes = pixels, .length = SIDE * STRIDE, .format = GLIMPSE_FORMAT_RGBA,
                          .width = SIDE, .height = SIDE, .row_stride = STRIDE};
    char *(*const calls[])(const Glimpse *, const GlimpseImage *, const GlimpseCancel *) = {
        glimpse_read, glimpse_find, glimpse_tags, glimpse_describe};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char *json = calls[i](glimpse, &image, NULL);
        expect(json && strstr(json, "\"width\":64") && strstr(json, "\"receipt\""), "a result");
        glimpse_free(json);

        expect(!calls[i](NULL, &image, NULL) && code_is("invalid_option"), "no engine");
        expect(!calls[i](glimpse, NULL, NULL) && code_is("invalid_option"), "no picture");

        GlimpseCancel *cancel = glimpse_cancel_new();
        glimpse_cancel(cancel);
        expect(!calls[i](glimpse, &image, cancel) && code_is("cancelled"), "cancelled");
        glimpse_cancel_free(cancel);
    }

    GlimpseImage odd = image;
    odd.length = 100;
    expect(!glimpse_find(glimpse, &odd, NULL) && code_is("image_damaged"), "too few bytes");
    odd = image;
    odd.format = 77;
    expect(!glimpse_find(glimpse, &odd, NULL) && code_is("invalid_option"), "no such format");
    odd = (GlimpseImage){.bytes = NULL, .length = 5};
    expect(!glimpse_find(glimpse, &odd, NULL) && code_is("invalid_option"), "no bytes");
    odd = (GlimpseImage){.bytes = NULL, .length = 0};
    expect(!glimpse_find(glimpse, &odd, NULL) && code_is("image_empty"), "no bytes at all");
    odd = (GlimpseImage){.bytes = (const uint8_t *)"text", .length = 4};
    expect(!glimpse_find(glimpse, &odd, NULL) && code_is("image_format"), "no picture in the bytes");

    glimpse_cancel(NULL);
    glimpse_cancel_free(NULL);
    glimpse_free(NULL);
    glimpse_close(NULL);
    glimpse_close(glimpse);
    free(pixels);
    return failures ? 1 : 0;
}
