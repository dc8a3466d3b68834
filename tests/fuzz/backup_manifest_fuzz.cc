// Manifests of backups, as somebody may have put them into the location: one that is taken was made
// by the holder of the key, word for word; every other is refused.
#include <string>
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/core/encoding.h"
#include "fairline/core/json.h"
#include "fairline/governance/backup_manifest.h"

namespace {

using namespace fairline;

constexpr std::string_view kId = "0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Keyring keyring =
      *Keyring::FromText("fuzz " + ToBase64(std::string(SecretKey::kBytes, 'k')), "keys");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto manifest = ReadManifest(text, kId, keyring);
  if (!manifest) {
    FAIRLINE_CHECK(!manifest.error().message.empty(), "a refusal says why");
    return 0;
  }
  FAIRLINE_CHECK(manifest->id == kId, "of this backup");
  const auto key = UnwrapBackupKey(keyring, *manifest);
  FAIRLINE_CHECK(key.has_value(), "whose key can be opened");
  const std::string written = WriteManifest(*manifest, *key);
  FAIRLINE_CHECK(*Json::Parse(written) == *Json::Parse(text), "nothing of it was lost");
  FAIRLINE_CHECK(ReadManifest(written, kId, keyring).has_value(), "it can be written again");
  return 0;
}
