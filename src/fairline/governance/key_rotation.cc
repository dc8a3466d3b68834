// Applicants in the order of their ids.
#include "fairline/governance/key_rotation.h"

#include <string>
#include <vector>

#include "fairline/core/ids.h"
#include "fairline/storage/data_key.h"

namespace fairline {
namespace {

constexpr int64_t kChunkRows = 1000;

}  // namespace

Result<int64_t> RewrapKeys(Database& database, Keyring& keyring, Vault& vault,
                           const std::function<void(int64_t)>& progress) {
  int64_t rewrapped = FAIRLINE_TRY(RewrapDataKeys(database, keyring));
  std::string after = UuidFloor(0);
  while (true) {
    std::vector<Row> rows;
    int64_t of_chunk = 0;
    FAIRLINE_TRY(database.Write([&](Transaction& transaction) -> Status {
      of_chunk = 0;
      rows = FAIRLINE_TRY(
          transaction.Query("SELECT id, wrapped_key FROM applicants "
                            "WHERE id > $1 AND wrapped_key IS NOT NULL ORDER BY id LIMIT $2",
                            {after, kChunkRows}));
      for (const Row& row : rows) {
        const auto& id = std::get<std::string>(row[0]);
        const std::string& wrapped = std::get<Blob>(row[1]).bytes;
        if (!vault.NeedsRewrap(wrapped)) continue;
        const SecretKey key = FAIRLINE_TRY(vault.UnwrapKey(wrapped, id));
        FAIRLINE_TRY(transaction.Execute("UPDATE applicants SET wrapped_key = $2 WHERE id = $1",
                                         {id, Blob{vault.WrapKey(key, id)}}));
        ++of_chunk;
      }
      return {};
    }));
    if (rows.empty()) return rewrapped;
    after = std::get<std::string>(rows.back()[0]);
    rewrapped += of_chunk;
    if (progress) progress(rewrapped);
  }
}

}  // namespace fairline
