#include "internal.h"
#include <libavutil/crc.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/mem.h>
#include <string.h>

// FFmpeg's encoders of PNG and JPEG write no text. A comment is a `tEXt` chunk of PNG (PNG 1.2,
// 4.2.3.1) or a `COM` segment of JPEG (ITU T.81, B.2.4.5).

static const char keyword[] = "Comment"; // with the zero that ends it
static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

/// The length of the signature and the header chunk of a PNG.
enum { png_header = 33 };

/// Where the segments that applications put first into a JPEG end; 0 when it is no JPEG.
static size_t jpeg_header(const uint8_t *data, size_t size) {
  if (size < 4 || AV_RB16(data) != 0xFFD8)
    return 0;
  size_t place = 2;
  while (place + 4 <= size && data[place] == 0xFF && (data[place + 1] & 0xF0) == 0xE0)
    place += 2 + AV_RB16(data + place + 2);
  return place <= size ? place : 0;
}

static bool is_png(const uint8_t *data, size_t size) {
  return size >= png_header && !memcmp(data, signature, sizeof signature);
}

/// Makes room for `count` bytes at `place` of a packet.
static int insert(AVPacket *packet, size_t place, size_t count) {
  size_t rest = (size_t)packet->size - place;
  int code = av_grow_packet(packet, (int)count);
  if (code >= 0)
    memmove(packet->data + place + count, packet->data + place, rest);
  return code;
}

int pvff_comment_insert(AVPacket *packet, const char *text) {
  size_t length = strlen(text), size = (size_t)packet->size;
  size_t place = jpeg_header(packet->data, size);
  if (length > 60000)
    return AVERROR(EINVAL);
  if (is_png(packet->data, size)) {
    size_t content = sizeof keyword + length;
    int code = insert(packet, png_header, content + 12);
    if (code < 0)
      return code;
    uint8_t *chunk = packet->data + png_header;
    AV_WB32(chunk, (uint32_t)content);
    memcpy(chunk + 4, "tEXt", 4);
    memcpy(chunk + 8, keyword, sizeof keyword);
    memcpy(chunk + 8 + sizeof keyword, text, length);
    const AVCRC *table = av_crc_get_table(AV_CRC_32_IEEE_LE);
    AV_WB32(chunk + 8 + content, ~av_crc(table, 0xFFFFFFFF, chunk + 4, content + 4));
  } else if (place > 0) {
    int code = insert(packet, place, length + 4);
    if (code < 0)
      return code;
    uint8_t *segment = packet->data + place;
    AV_WB16(segment, 0xFFFE);
    AV_WB16(segment + 2, (uint16_t)(length + 2));
    memcpy(segment + 4, text, length);
  }
  return 0;
}

void pvff_comment_find(const AVPacket *packet, char *text, size_t size) {
  const uint8_t *data = packet->data, *end = data + packet->size;
  size_t place = jpeg_header(data, (size_t)packet->size), length = 0;
  const uint8_t *found = NULL;
  if (is_png(data, (size_t)packet->size)) {
    for (const uint8_t *chunk = data + 8; !found && end - chunk >= 12;) {
      length = AV_RB32(chunk);
      if (length > (size_t)(end - chunk) - 12)
        break;
      if (!memcmp(chunk + 4, "tEXt", 4) && length >= sizeof keyword &&
          !memcmp(chunk + 8, keyword, sizeof keyword)) {
        found = chunk + 8 + sizeof keyword;
        length -= sizeof keyword;
      }
      chunk += length + 12;
    }
  } else if (place > 0 && place + 4 <= (size_t)packet->size && AV_RB16(data + place) == 0xFFFE) {
    length = AV_RB16(data + place + 2);
    if (length >= 2 && length - 2 <= (size_t)(end - data) - place - 4)
      found = data + place + 4;
    length -= length >= 2 ? 2 : length;
  }
  if (!found || size == 0)
    return;
  length = FFMIN(length, size - 1);
  memcpy(text, found, length);
  text[length] = 0;
}
