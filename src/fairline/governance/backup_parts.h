// The bulk of a backup: one sealed stream (crypto/sealed_stream.h) cut into objects PREFIX/000001,
// PREFIX/000002, … of at most 32 MiB, so that nothing is ever whole in memory or a second time on
// disk. The stream's seal keeps their order; the digests in the manifest name the damaged one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/crypto/sealed_stream.h"
#include "fairline/crypto/secret_key.h"
#include "fairline/storage/object_store.h"

namespace fairline {

struct BackupPart {
  int64_t bytes = 0;   // sealed
  std::string sha256;  // of the sealed bytes, hexadecimal
};

/// Name of the object of the part of that index, from 0.
std::string PartKey(std::string_view prefix, size_t index);

class PartsWriter {
 public:
  /// References outlive the writer.
  PartsWriter(ObjectStore& store, std::string prefix, const SecretKey& key);
  PartsWriter(const PartsWriter&) = delete;
  PartsWriter& operator=(const PartsWriter&) = delete;

  Status Write(std::string_view bytes);
  /// All parts, in order. Nothing is complete without it.
  Result<std::vector<BackupPart>> Finish();
  /// Plain bytes so far.
  int64_t bytes() const { return bytes_; }

 private:
  Status Collect(std::string_view sealed);
  Status PutPart();

  ObjectStore& store_;
  const std::string prefix_;
  std::string buffer_;
  std::vector<BackupPart> parts_;
  int64_t bytes_ = 0;
  StreamSealer sealer_;
};

/// The plain bytes go to `sink` as they prove genuine. kDataLoss names the part that is missing, of
/// another length or changed.
Status ReadParts(ObjectStore& store, std::string_view prefix, const std::vector<BackupPart>& parts,
                 const SecretKey& key, ByteSink sink);

}  // namespace fairline
