#include "internal.h"
#include <libavutil/avstring.h>
#include <libavutil/avutil.h>
#include <libavutil/mem.h>
#include <pthread.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void prepare(void) {
  // A damaged file may ask for any number of bytes; no frame or index that is read has more.
  av_max_alloc((size_t)1 << 30);
  const char *level = getenv("PVPIPE_FFMPEG_LOG");
  if (!level)
    av_log_set_level(AV_LOG_QUIET);
  else if (!strcmp(level, "error"))
    av_log_set_level(AV_LOG_ERROR);
  else if (!strcmp(level, "debug"))
    av_log_set_level(AV_LOG_DEBUG);
  else
    av_log_set_level(AV_LOG_WARNING);
}

void pvff_prepare(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, prepare);
}

int pvff_fail(pvff_error *error, int code, bool explain, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->text, sizeof error->text, format, arguments);
  va_end(arguments);
  error->code = code;
  if (!explain)
    return code;
  char reason[AV_ERROR_MAX_STRING_SIZE] = "";
  av_strerror(code, reason, sizeof reason);
  reason[0] = (char)tolower((unsigned char)reason[0]);
  size_t length = strlen(error->text);
  snprintf(error->text + length, sizeof error->text - length, " (%s)", reason);
  return code;
}

char *pvff_address(const char *path) { return av_asprintf("file:%s", path); }

static int print_version(char *text, size_t size, const char *name, unsigned version) {
  return snprintf(text, size, "%s %u.%u.%u", name, AV_VERSION_MAJOR(version),
                  AV_VERSION_MINOR(version), AV_VERSION_MICRO(version));
}

void pvff_versions(char *text, size_t size) {
  const struct {
    const char *name;
    unsigned version;
  } libraries[] = {{"libavformat", avformat_version()},
                   {", libavcodec", avcodec_version()},
                   {", libswscale", swscale_version()},
                   {", libavutil", avutil_version()}};
  size_t length = 0;
  for (int i = 0; i < 4 && length < size; i++)
    length += (size_t)print_version(text + length, size - length, libraries[i].name,
                                    libraries[i].version);
}
