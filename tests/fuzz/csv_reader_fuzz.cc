// The CSV reader on any bytes. Where blocks end must never show; line, offset and bytes of a record
// must be those of the file; its fields must be what a slow and simple reader finds in its bytes.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/data/csv_reader.h"

namespace fairline {
namespace {

/// What the reader says about one record: its fields, or the message that refuses it.
struct Event {
  uint64_t line = 0, offset = 0;
  std::string bytes, message;
  std::vector<std::string> fields;
  std::vector<bool> quoted;

  bool operator==(const Event&) const = default;
};

std::vector<Event> Read(const std::string& file, size_t block_bytes) {
  std::vector<Event> events;
  auto reader = CsvReader::Open(MemorySource(file), "f.csv", block_bytes);
  if (!reader) return {{.message = reader.error().message}};
  events.push_back({.fields = reader->header()});
  CsvRecord record;
  for (;;) {
    const Result<bool> more = reader->Next(record);
    if (more && !*more) return events;
    Event& event = events.emplace_back();
    event.line = record.line;
    event.offset = record.byte_offset;
    event.bytes = record.bytes;
    if (!more) {
      FAIRLINE_CHECK(more.error().code == ErrorCode::kInvalidArgument, "memory can be read");
      event.message = more.error().message;
      continue;
    }
    for (const CsvField& field : record.fields) {
      event.fields.emplace_back(field.text);
      event.quoted.push_back(field.quoted);
    }
  }
}

/// The fields of a well-formed record, byte by byte.
std::vector<std::string> SlowFields(std::string_view bytes) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (quoted && bytes.substr(i).starts_with("\"\"")) {
      fields.back() += bytes[++i];
    } else if (bytes[i] == '"') {
      quoted = !quoted;
    } else if (bytes[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += bytes[i];
    }
  }
  return fields;
}

void CheckPlaces(const std::string& file, const std::vector<Event>& events) {
  uint64_t behind = 0;  // the last record
  uint64_t counted = 0, line = 1;
  for (size_t i = 1; i < events.size(); ++i) {
    const Event& event = events[i];
    FAIRLINE_CHECK(event.offset >= behind && event.offset < file.size(), "records are in order");
    FAIRLINE_CHECK(file.compare(event.offset, event.bytes.size(), event.bytes) == 0,
                   "a record's bytes stand at its offset");
    for (; counted < event.offset; ++counted) line += file[counted] == '\n';
    FAIRLINE_CHECK(event.line == line, "a record's line is that of its offset");
    behind = event.offset + std::max<size_t>(event.bytes.size(), 1);
    if (!event.message.empty()) continue;
    FAIRLINE_CHECK(event.fields.size() == events.front().fields.size(), "the header's width");
    FAIRLINE_CHECK(event.fields == SlowFields(event.bytes), "fields are those of the bytes");
  }
}

}  // namespace
}  // namespace fairline

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const std::string file(reinterpret_cast<const char*>(data), size);
  const std::vector<Event> events = Read(file, size + 1);
  for (const size_t block : {1, 2, 3, 5, 64, 100}) {
    FAIRLINE_CHECK(Read(file, block) == events, "where a block ends does not show");
  }
  CheckPlaces(file, events);
  return 0;
}
