// See backup_parts.h.
#include "fairline/governance/backup_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fairline/core/hash.h"

namespace fairline {
namespace {

constexpr size_t kPartBytes = size_t{32} << 20;

std::unexpected<Error> Damaged(std::string_view key, std::string_view how) {
  return Fail(ErrorCode::kDataLoss, fmt::format("the backup is damaged: {} {}", key, how));
}

Result<std::string> GetPart(ObjectStore& store, const std::string& key, const BackupPart& part) {
  auto sealed = store.Get(key);
  if (!sealed && sealed.error().code == ErrorCode::kNotFound) return Damaged(key, "is missing");
  if (!sealed) return sealed;
  if (std::cmp_not_equal(sealed->size(), part.bytes)) {
    return Damaged(key, fmt::format("has {} bytes, {} were written", sealed->size(), part.bytes));
  }
  if (Sha256Hex(*sealed) != part.sha256) return Damaged(key, "is not what was written");
  return sealed;
}

}  // namespace

std::string PartKey(std::string_view prefix, size_t index) {
  return fmt::format("{}/{:06}", prefix, index + 1);
}

PartsWriter::PartsWriter(ObjectStore& store, std::string prefix, const SecretKey& key)
    : store_(store),
      prefix_(std::move(prefix)),
      sealer_(key, [this](std::string_view sealed) { return Collect(sealed); }) {}

Status PartsWriter::Write(std::string_view bytes) {
  bytes_ += static_cast<int64_t>(bytes.size());
  return sealer_.Write(bytes);
}

Result<std::vector<BackupPart>> PartsWriter::Finish() {
  FAIRLINE_TRY(sealer_.Finish());
  if (!buffer_.empty()) FAIRLINE_TRY(PutPart());
  return std::move(parts_);
}

Status PartsWriter::Collect(std::string_view sealed) {
  if (buffer_.capacity() < kPartBytes) buffer_.reserve(kPartBytes);
  while (!sealed.empty()) {
    const size_t taken = std::min(sealed.size(), kPartBytes - buffer_.size());
    buffer_ += sealed.substr(0, taken);
    sealed.remove_prefix(taken);
    if (buffer_.size() == kPartBytes) FAIRLINE_TRY(PutPart());
  }
  return {};
}

Status PartsWriter::PutPart() {
  FAIRLINE_TRY(store_.Put(PartKey(prefix_, parts_.size()), buffer_));
  parts_.push_back({static_cast<int64_t>(buffer_.size()), Sha256Hex(buffer_)});
  buffer_.clear();
  return {};
}

Status ReadParts(ObjectStore& store, std::string_view prefix, const std::vector<BackupPart>& parts,
                 const SecretKey& key, ByteSink sink) {
  StreamOpener opener(key, std::move(sink));
  for (size_t i = 0; i < parts.size(); ++i) {
    FAIRLINE_TRY(opener.Write(FAIRLINE_TRY(GetPart(store, PartKey(prefix, i), parts[i]))));
  }
  return opener.Finish();
}

}  // namespace fairline
