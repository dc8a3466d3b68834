// See backup_wal.h.
#include "fairline/governance/backup_wal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "fairline/core/file.h"
#include "fairline/governance/backup_object.h"

namespace fairline {
namespace {

constexpr std::string_view kFolder = "wal/";
constexpr size_t kSegmentDigits = 24, kTimelineDigits = 8;
constexpr size_t kWalFileBytes = size_t{1} << 30;  // PostgreSQL's greatest segment

bool IsHex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); });
}

bool IsSegment(std::string_view name) { return name.size() == kSegmentDigits && IsHex(name); }

// A segment, 00000002.history, SEGMENT.partial or SEGMENT.00000028.backup.
bool IsWalName(std::string_view name) {
  const std::string_view start = name.substr(0, name.find('.'));
  const bool known = start.size() == kSegmentDigits || start.size() == kTimelineDigits;
  return known && IsHex(start) &&
         (start.size() == name.size() || name.ends_with(".history") || name.ends_with(".partial") ||
          name.ends_with(".backup")) &&
         name.find('/') == std::string_view::npos;
}

/// wal/NAME.MICROS
struct WalObject {
  std::string key;
  std::string name;
  int64_t archived_at_micros = 0;
};

std::optional<WalObject> ParseKey(std::string_view key) {
  if (!key.starts_with(kFolder)) return std::nullopt;
  const size_t dot = key.rfind('.');
  WalObject object{std::string(key), "", 0};
  const char* const end = key.data() + key.size();
  if (dot == key.npos) return std::nullopt;
  const auto [stop, error] = std::from_chars(key.data() + dot + 1, end, object.archived_at_micros);
  object.name = key.substr(kFolder.size(), dot - kFolder.size());
  if (stop != end || error != std::errc() || !IsWalName(object.name)) return std::nullopt;
  return object;
}

Result<std::vector<WalObject>> ListWal(ObjectStore& store, std::string_view prefix = "") {
  std::vector<WalObject> objects;
  for (const std::string& key : FAIRLINE_TRY(store.List(fmt::format("{}{}", kFolder, prefix)))) {
    if (auto object = ParseKey(key)) objects.push_back(*std::move(object));
  }
  return objects;
}

Status CheckName(std::string_view name) {
  if (IsWalName(name)) return {};
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is not the name of a file of PostgreSQL's log", name));
}

/// Nothing when it was never archived.
Result<std::optional<std::string>> ReadWal(const BackupPlace& place, std::string_view name) {
  const auto objects = FAIRLINE_TRY(ListWal(place.store, fmt::format("{}.", name)));
  const auto found = std::ranges::find(objects, name, &WalObject::name);
  if (found == objects.end()) return std::nullopt;
  return FAIRLINE_TRY(GetSealedObject(place.store, place.keyring, found->key)).bytes;
}

}  // namespace

Status ArchiveWal(const BackupPlace& place, const std::filesystem::path& file,
                  std::string_view name, const Clock& clock) {
  FAIRLINE_TRY(CheckName(name));
  const std::string bytes = FAIRLINE_TRY(ReadFile(file, kWalFileBytes));
  const auto present = FAIRLINE_TRY(ReadWal(place, name));
  if (!present) {
    const int64_t now = clock.NowMicros();
    return PutSealedObject(place.store, place.keyring, fmt::format("{}{}.{}", kFolder, name, now),
                           bytes, now);
  }
  if (*present == bytes) return {};
  return Fail(ErrorCode::kAlreadyExists,
              fmt::format("{} holds another {} already: another database server archives to the "
                          "same location; give each its own",
                          place.location.substr(0, place.location.find('?')), name));
}

Status FetchWal(const BackupPlace& place, std::string_view name,
                const std::filesystem::path& file) {
  FAIRLINE_TRY(CheckName(name));
  const auto bytes = FAIRLINE_TRY(ReadWal(place, name));
  if (bytes) return WriteFileAtomically(file, *bytes);
  return Fail(ErrorCode::kNotFound, fmt::format("{} was not archived", name));
}

Result<std::vector<std::string>> WalFrom(ObjectStore& store, std::string_view first) {
  std::vector<std::string> names;
  const std::string_view timeline = first.substr(0, kTimelineDigits);
  for (const WalObject& object : FAIRLINE_TRY(ListWal(store))) {
    const bool later = IsSegment(object.name) && object.name >= timeline &&
                       WalPosition(object.name) >= WalPosition(first);
    if (later || object.name.ends_with(".history")) names.push_back(object.name);
  }
  return names;
}

Result<std::optional<int64_t>> NewestWalMicros(ObjectStore& store) {
  std::optional<int64_t> newest;
  for (const WalObject& object : FAIRLINE_TRY(ListWal(store))) {
    if (IsSegment(object.name)) newest = std::max(newest.value_or(0), object.archived_at_micros);
  }
  return newest;
}

std::string SegmentOfKey(std::string_view key) {
  const auto object = ParseKey(key);
  return object && IsSegment(object->name) ? object->name : "";
}

std::string_view WalPosition(std::string_view segment) { return segment.substr(kTimelineDigits); }

}  // namespace fairline
