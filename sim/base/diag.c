#include "sim/base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/base/text.h"

/* Texts of files may hold what a terminal obeys, and be very long. Takes the message. */
#define MESSAGE_MAX 4000
static char *fit_for_terminals(char *message)
{
    struct text shown = {0};
    for (const char *at = message; *at && shown.length < MESSAGE_MAX; at++)
        if (((unsigned char)*at < ' ' && *at != '\n') || *at == 0x7f)
            text_add(&shown, "\\u%04x", (unsigned char)*at);
        else
            text_add_bytes(&shown, at, 1);
    if (strlen(message) == shown.length) {
        text_done(&shown);
        return message;
    }
    if (shown.length >= MESSAGE_MAX)
        text_add(&shown, "...");
    free(message);
    return shown.text;
}

static void keep(struct diag *diag, char *message)
{
    message = fit_for_terminals(message);
    if (diag->count == DIAG_MAX) {
        diag->left_out++;
        free(message);
        return;
    }
    diag->messages = mem_resized(diag->messages, diag->count + 1, sizeof(*diag->messages));
    diag->messages[diag->count++] = message;
}

static char *format_message(const char *format, va_list args)
{
    char *text;
    return vasprintf(&text, format, args) < 0 ? mem_copy_string(format) : text;
}

int diag_at(struct diag *diag, const char *file, const char *place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_message(format, args);
    va_end(args);
    keep(diag, mem_format("%s%s%s%s%s", file ? file : "", file ? ": " : "", place ? place : "",
                          place ? ": " : "", text));
    free(text);
    return -EINVAL;
}

int diag_say(struct diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    keep(diag, format_message(format, args));
    va_end(args);
    return -EINVAL;
}

void diag_print(const struct diag *diag, const char *program, FILE *to)
{
    for (size_t i = 0; i < diag->count; i++)
        fprintf(to, "%s: %s\n", program, diag->messages[i]);
    if (diag->left_out)
        fprintf(to, "%s: and %zu more like these\n", program, diag->left_out);
}

char *diag_joined(const struct diag *diag)
{
    struct text joined = {0};
    for (size_t i = 0; i < diag->count; i++)
        text_add(&joined, "%s%s", i ? "; " : "", diag->messages[i]);
    return joined.text ? joined.text : mem_copy_string("");
}

void diag_done(struct diag *diag)
{
    if (!diag)
        return;
    for (size_t i = 0; i < diag->count; i++)
        free(diag->messages[i]);
    free(diag->messages);
    *diag = (struct diag){0};
}
