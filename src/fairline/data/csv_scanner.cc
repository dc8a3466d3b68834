#include "fairline/data/csv_scanner.h"

#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace fairline {
namespace {

#ifdef __SSE2__
/// Bit i is set where byte i of the 64 is a comma, a quote, a carriage return or a line feed.
uint64_t SpecialMask(const char* bytes) {
  uint64_t mask = 0;
  for (int lane = 0; lane < 4; ++lane) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * lane));
    const __m128i separators = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(',')),
                                            _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
    const __m128i line_ends = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('\n')),
                                           _mm_cmpeq_epi8(block, _mm_set1_epi8('\r')));
    const auto bits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(separators, line_ends)));
    mask |= static_cast<uint64_t>(bits) << (16 * lane);
  }
  return mask;
}
#else
uint64_t SpecialMask(const char* bytes) {
  uint64_t mask = 0;
  for (int i = 0; i < 64; ++i) {
    const char byte = bytes[i];
    const bool special = byte == ',' || byte == '"' || byte == '\n' || byte == '\r';
    mask |= static_cast<uint64_t>(special) << i;
  }
  return mask;
}
#endif

/// The offsets of the special bytes, in order; the size of the bytes after the last one.
class SpecialBytes {
 public:
  explicit SpecialBytes(std::string_view bytes) : bytes_(bytes) { Load(); }

  size_t Next() {
    while (mask_ == 0) {
      block_ += 64;
      if (block_ >= bytes_.size()) return bytes_.size();
      Load();
    }
    const size_t offset = block_ + static_cast<size_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return offset;
  }

 private:
  void Load() {
    const size_t left = bytes_.size() - block_;
    if (left >= 64) {
      mask_ = SpecialMask(bytes_.data() + block_);
    } else {
      std::array<char, 64> padded{};
      std::memcpy(padded.data(), bytes_.data() + block_, left);
      mask_ = SpecialMask(padded.data());
    }
  }

  std::string_view bytes_;
  size_t block_ = 0;
  uint64_t mask_ = 0;
};

/// The rest of a quoted field whose opening quote was just passed; `span.end` becomes the closing
/// quote. False when the bytes end before it.
bool ScanQuoted(std::string_view bytes, SpecialBytes& special, CsvSpan& span,
                uint64_t& line_feeds) {
  span.quoted = true;
  for (;;) {
    const size_t at = special.Next();
    if (at == bytes.size()) return false;
    if (bytes[at] == '\n') ++line_feeds;
    if (bytes[at] != '"') continue;
    // A quote that is the last byte there is may be half of a doubled one; Scan() then finds the
    // record cut, unless the file ends here.
    if (at + 1 == bytes.size() || bytes[at + 1] != '"') {
      span.end = at;
      return true;
    }
    span.escaped = true;
    special.Next();
  }
}

/// What ends the record at `stop`, where a field ended with something other than a comma.
CsvScan EndOfRecord(std::string_view bytes, bool last, size_t stop, uint64_t line_feeds) {
  if (stop == bytes.size()) {
    if (!last) return {.end = CsvScanEnd::kCut};
    return {CsvScanEnd::kRecord, stop, stop, line_feeds};
  }
  if (bytes[stop] == '\n') return {CsvScanEnd::kRecord, stop, stop + 1, line_feeds + 1};
  if (bytes[stop] == '"') return {.end = CsvScanEnd::kQuoteInField, .bytes = stop};
  if (bytes[stop] != '\r') return {.end = CsvScanEnd::kTextAfterQuote, .bytes = stop};
  if (stop + 1 == bytes.size()) {
    if (!last) return {.end = CsvScanEnd::kCut};
    return {CsvScanEnd::kRecord, stop, stop + 1, line_feeds};
  }
  if (bytes[stop + 1] != '\n') return {.end = CsvScanEnd::kCarriageReturn, .bytes = stop};
  return {CsvScanEnd::kRecord, stop, stop + 2, line_feeds + 1};
}

}  // namespace

CsvScan CsvScanner::Scan(std::string_view bytes, bool last) {
  count_ = 0;
  SpecialBytes special(bytes);
  uint64_t line_feeds = 0;
  size_t begin = 0;
  for (;;) {
    CsvSpan span{.begin = begin};
    size_t stop = special.Next();
    if (stop == begin && stop < bytes.size() && bytes[stop] == '"') {
      span.begin = begin + 1;
      if (!ScanQuoted(bytes, special, span, line_feeds)) {
        return {.end = last ? CsvScanEnd::kUnclosedQuote : CsvScanEnd::kCut};
      }
      stop = span.end + 1;
      if (stop < bytes.size() && bytes[stop] == ',') special.Next();
    } else {
      span.end = stop;
    }
    const bool more = stop < bytes.size() && bytes[stop] == ',';
    if (more) {
      Add(span);
      begin = stop + 1;
      continue;
    }
    const CsvScan scan = EndOfRecord(bytes, last, stop, line_feeds);
    if (scan.end == CsvScanEnd::kRecord) Add(span);
    return scan;
  }
}

}  // namespace fairline
