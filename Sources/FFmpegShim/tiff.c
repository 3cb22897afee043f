#include "internal.h"
#include <libavutil/intreadwrite.h>
#include <string.h>

// A decoder that takes damage for an error also fails at fields that it does not know, which
// readers of TIFF are to pass over (TIFF 6.0, section 2). So these are taken away before.

enum { field_size = 12, orientation_tag = 274 };

/// Whether a field tells how pixels are stored, and not what they show or who
/// made them.
static bool tells_of_pixels(unsigned tag) {
  switch (tag) {
  case 254: // NewSubfileType
  case 256: // ImageWidth
  case 257: // ImageLength
  case 258: // BitsPerSample
  case 259: // Compression
  case 262: // PhotometricInterpretation
  case 266: // FillOrder
  case 273: // StripOffsets
  case 277: // SamplesPerPixel
  case 278: // RowsPerStrip
  case 279: // StripByteCounts
  case 282: // XResolution
  case 283: // YResolution
  case 284: // PlanarConfiguration
  case 292: // T4Options
  case 293: // T6Options
  case 317: // Predictor
  case 320: // ColorMap
  case 322: // TileWidth
  case 323: // TileLength
  case 324: // TileOffsets
  case 325: // TileByteCounts
  case 330: // SubIFDs
  case 347: // JPEGTables
  case 530: // YCbCrSubSampling
    return true;
  default:
    return false;
  }
}

/// Whether a field tells that the picture is what a sensor saw, which needs more to be shown.
static bool tells_of_sensor(unsigned tag) { return tag == 33421 || tag == 33422 || tag == 50706; }

static unsigned read_16(const uint8_t *bytes, bool is_little) {
  return is_little ? AV_RL16(bytes) : AV_RB16(bytes);
}

static uint32_t read_32(const uint8_t *bytes, bool is_little) {
  return is_little ? AV_RL32(bytes) : AV_RB32(bytes);
}

/// The turn or reflection that TIFF numbers from 1 to 8.
static pvff_orientation orientation_from_number(unsigned number) {
  bool is_mirrored = number == 2 || number == 3 || number == 6 || number == 7;
  bool is_flipped = number == 3 || number == 4 || number == 7 || number == 8;
  return (pvff_orientation){number > 4 && number <= 8, is_mirrored, is_flipped};
}

int pvff_tiff_prepare(AVPacket *packet, pvff_orientation *orientation) {
  size_t size = (size_t)packet->size;
  if (size < 8 || (memcmp(packet->data, "II*\0", 4) && memcmp(packet->data, "MM\0*", 4)))
    return 0;
  bool is_little = packet->data[0] == 'I';
  size_t place = read_32(packet->data + 4, is_little);
  if (place > size - 2)
    return 0;
  size_t count = read_16(packet->data + place, is_little);
  size_t start = place + 2, end = start + count * field_size;
  if (end > size)
    return 0;
  for (size_t i = start; i < end; i += field_size)
    if (tells_of_sensor(read_16(packet->data + i, is_little)))
      return 0;
  int code = av_packet_make_writable(packet);
  if (code < 0)
    return code;
  uint8_t *data = packet->data;
  size_t kept = start;
  for (size_t i = start; i < end; i += field_size) {
    unsigned tag = read_16(data + i, is_little);
    if (tag == orientation_tag && orientation)
      *orientation = orientation_from_number(read_16(data + i + 8, is_little));
    if (!tells_of_pixels(tag))
      continue;
    memmove(data + kept, data + i, field_size);
    kept += field_size;
  }
  // The place of the next directory stands behind the last field.
  memmove(data + kept, data + end, FFMIN(4, size - end));
  count = (kept - start) / field_size;
  if (is_little)
    AV_WL16(data + place, count);
  else
    AV_WB16(data + place, count);
  return 0;
}
