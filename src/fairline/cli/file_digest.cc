#include "fairline/cli/file_digest.h"

#include <vector>

#include "fairline/core/hash.h"
#include "fairline/data/byte_source.h"

namespace fairline {

Result<std::string> FileSha256(const std::string& path) {
  constexpr size_t kBlockBytes = 1 << 18;
  const auto source = FAIRLINE_TRY(OpenByteSource(path));
  Sha256 digest;
  std::vector<char> block(kBlockBytes);
  while (const size_t size = FAIRLINE_TRY(source->Read(block.data(), block.size()))) {
    digest.Update({block.data(), size});
  }
  return digest.Hex();
}

}  // namespace fairline
