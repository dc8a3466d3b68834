// Reading keys and settings.
#include "fairline/cli/audit_key.h"

#include <fmt/core.h>

#include "fairline/core/file.h"
#include "fairline/core/limits.h"
#include "fairline/crypto/signature.h"
#include "fairline/storage/data_key.h"

namespace fairline {

Result<CheckpointVerifier> LedgerVerifier(Store& store, const Config& config,
                                          const std::optional<std::string>& file) {
  if (file) {
    auto verifier = CheckpointVerifier::Parse(FAIRLINE_TRY(ReadFile(*file, limits::kConfigBytes)));
    if (verifier) return verifier;
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{} {}", *file, verifier.error().message));
  }
  CheckpointVerifier verifier{config.String("ledger.origin"), ""};
  const auto rows = FAIRLINE_TRY(store.database().Query("SELECT 1 FROM data_keys WHERE name = $1",
                                                        {std::string(kLedgerSigningKey)}));
  if (rows.empty()) return verifier;
  Keyring& keyring = *FAIRLINE_TRY(store.OpenKeyring());
  verifier.public_key =
      SigningPublicKey(FAIRLINE_TRY(DataKey(store.database(), keyring, kLedgerSigningKey)));
  return verifier;
}

Result<SequencerSettings> LedgerSettings(Store& store, const Config& config) {
  SequencerSettings settings = FAIRLINE_TRY(ReadSequencerSettings(config));
  if (config.Bool("ledger.ship_checkpoints")) settings.ship_to = &store.objects();
  return settings;
}

}  // namespace fairline
